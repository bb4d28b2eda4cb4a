using 'main.bicep'

param environmentName = 'prod'
param location = 'westeurope'
param instanceMemoryMB = 2048
param maximumInstanceCount = 200
param alwaysReadyHttpInstances = 2
param eventHubPartitions = 16
param cosmosMode = 'autoscale'
param cosmosThroughputMax = 10000
param scoreDays = 30
param zoneRedundant = true
param privateNetwork = true
param locked = true
param logDays = 90
param logGigabytesADay = 10
// Addresses that are told of alerts; as long as there is none, nobody is told, and nobody asks the app from outside.
param alertMails = []
// The reference case of docs/sizing.md, and a fifth of it.
param budgetAMonth = 1500
