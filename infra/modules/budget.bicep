targetScope = 'subscription'

metadata description = 'Tells the owners when a resource group costs more than it should.'

@description('Required. Name of the budget.')
param name string
@description('Required. Resource group whose cost counts.')
param resourceGroupName string
@description('Required. Cost a month.')
param amount int
@description('Required. First day of the budget.')
param startDate string
@description('Required. Addresses that are told.')
param mails array
@description('Required. Who is told of alerts is told of this too.')
param actionGroupId string

var actual = {
  enabled: true
  operator: 'GreaterThanOrEqualTo'
  thresholdType: 'Actual'
  contactEmails: mails
  contactGroups: [actionGroupId]
  contactRoles: ['Owner']
}

resource budget 'Microsoft.Consumption/budgets@2023-11-01' = {
  name: name
  properties: {
    category: 'Cost'
    timeGrain: 'Monthly'
    amount: amount
    timePeriod: { startDate: startDate }
    filter: { dimensions: { name: 'ResourceGroupName', operator: 'In', values: [resourceGroupName] } }
    notifications: {
      half: union(actual, { threshold: 50 })
      most: union(actual, { threshold: 80 })
      all: union(actual, { threshold: 100 })
      forecast: union(actual, { threshold: 100, thresholdType: 'Forecasted' })
    }
  }
}
