using 'main.bicep'

param environmentName = 'staging'
param location = 'westeurope'
param maximumInstanceCount = 40
param alwaysReadyHttpInstances = 1
param eventHubPartitions = 16
param scoreDays = 7
param zoneRedundant = true
param privateNetwork = true
param logGigabytesADay = 2
// Addresses that are told of alerts; as long as there is none, nobody is told, and nobody asks the app from outside.
param alertMails = []
