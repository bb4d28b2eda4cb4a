metadata description = 'Who is told by alerts.'

@description('Required. Part of the names.')
param token string
@description('Required. Tags.')
param tags object
@description('Required. Addresses that are mailed.')
param mails array

resource group 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${token}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'sluice'
    emailReceivers: [
      for (mail, i) in mails: { name: 'mail-${i}', emailAddress: mail, useCommonAlertSchema: true }
    ]
  }
}

output id string = group.id
