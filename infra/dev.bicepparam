using 'main.bicep'

param environmentName = 'dev'
param location = 'westeurope'
param maximumInstanceCount = 40
param eventHubPartitions = 2
param eventRetentionDays = 1
param eventHubThroughputUnitsMax = 1
param scoreDays = 1
param logGigabytesADay = 1
