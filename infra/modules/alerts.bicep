metadata description = 'Alerts of Azure Monitor over the app\'s metrics in Application Insights: the same as in infra/prometheus, and as the app evaluates itself.'

@description('What the names of the rules begin with.')
param namePrefix string

@description('Azure region.')
param location string

@description('Tags of the rules.')
param tags object

@description('Name of the Application Insights component that the app writes to.')
param applicationInsightsName string

@description('E-mail addresses that are told.')
@minLength(1)
param emails array

var severities = {
  critical: 1
  warning: 2
}

// A value must be above its threshold in all of its window: that is what "for" is elsewhere. Counters are told by their growth, gauges as they are.
var rules = [
  {
    name: 'TasksDie'
    severity: 'critical'
    window: 'PT15M'
    threshold: '0.05'
    query: '''
      customMetrics
      | where name == 'celerity.task.ended'
      | extend subject = tostring(customDimensions['celerity.task.name']), outcome = tostring(customDimensions['celerity.outcome'])
      | summarize value = sumif(valueSum, outcome == 'dead_lettered') / sum(valueSum) by subject
    '''
  }
  {
    name: 'DeadLettersGrow'
    severity: 'warning'
    window: 'PT1H'
    threshold: '100'
    query: '''
      customMetrics
      | where name == 'celerity.task.ended' and customDimensions['celerity.outcome'] == 'dead_lettered'
      | summarize value = sum(valueSum) by subject = tostring(customDimensions['celerity.task.name'])
    '''
  }
  {
    name: 'BacklogIsLong'
    severity: 'warning'
    window: 'PT10M'
    threshold: '10000'
    query: '''
      customMetrics
      | where name == 'celerity.queue.length'
      | extend subject = tostring(customDimensions['celerity.queue.name'])
      | where subject !endswith '-held' and subject !endswith '-poison'
      | summarize value = min(valueMax) by subject
    '''
  }
  {
    name: 'BacklogIsOld'
    severity: 'critical'
    window: 'PT5M'
    threshold: '300'
    query: '''
      customMetrics
      | where name == 'celerity.queue.age'
      | extend subject = tostring(customDimensions['celerity.queue.name'])
      | where subject !endswith '-held' and subject !endswith '-poison'
      | summarize value = min(valueMax) by subject
    '''
  }
  {
    name: 'PoisonQueueFills'
    severity: 'warning'
    window: 'PT15M'
    threshold: '0'
    query: '''
      customMetrics
      | where name == 'celerity.queue.length'
      | extend subject = tostring(customDimensions['celerity.queue.name'])
      | where subject endswith '-poison'
      | summarize value = min(valueMax) by subject
    '''
  }
  {
    // Exported histograms have no percentiles; the spans of the attempts have their durations, in milliseconds, and how many each stands for.
    name: 'TasksAreSlow'
    severity: 'warning'
    window: 'PT15M'
    threshold: '60'
    query: '''
      requests
      | extend subject = tostring(customDimensions['celerity.task.name'])
      | where isnotempty(subject)
      | summarize value = percentilew(duration, itemCount, 95) / 1000 by subject
    '''
  }
  {
    name: 'CircuitIsOpen'
    severity: 'warning'
    window: 'PT5M'
    threshold: '0'
    query: '''
      customMetrics
      | where name == 'celerity.circuit.state'
      | summarize value = min(iff(valueMax == 1, 1.0, 0.0)) by subject = tostring(customDimensions['celerity.circuit.name'])
    '''
  }
  {
    name: 'RunStalls'
    severity: 'warning'
    window: 'PT5M'
    threshold: '0'
    query: '''
      customMetrics
      | where name == 'celerity.run.stalled'
      | summarize value = min(valueMax) by subject = tostring(customDimensions['celerity.pipeline.name'])
    '''
  }
  {
    name: 'WorkerIsSilent'
    severity: 'warning'
    window: 'PT5M'
    threshold: '0'
    query: '''
      customMetrics
      | where name == 'celerity.worker.silent'
      | summarize value = min(valueMax) by subject = 'app'
    '''
  }
  {
    name: 'ScheduleIsLate'
    severity: 'warning'
    window: 'PT5M'
    threshold: '300'
    query: '''
      customMetrics
      | where name == 'celerity.schedule.late'
      | summarize value = max(valueMax) by subject = tostring(customDimensions['celerity.schedule.name'])
    '''
  }
  {
    name: 'HandlersIgnoreTheirTokens'
    severity: 'warning'
    window: 'PT10M'
    threshold: '0'
    query: '''
      customMetrics
      | where name == 'celerity.task.zombies'
      | summarize value = min(valueMax) by subject = cloud_RoleInstance
    '''
  }
  {
    name: 'StorageFails'
    severity: 'critical'
    window: 'PT5M'
    threshold: '1'
    query: '''
      customMetrics
      | where name == 'celerity.storage.requests'
      | extend status = tostring(customDimensions['http.response.status_code'])
      | where status startswith '5' or status == 'none'
      | summarize value = sum(valueSum) / 300 by subject = tostring(customDimensions['celerity.storage.service'])
    '''
  }
  {
    name: 'IsNotMeasured'
    severity: 'critical'
    window: 'PT10M'
    threshold: '0'
    query: '''
      customMetrics
      | where name == 'celerity.queue.length'
      | summarize found = count()
      | project subject = 'app', value = iff(found == 0, 1.0, 0.0)
    '''
  }
]

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: '${namePrefix}-people'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'celerity'
    emailReceivers: [
      for (email, index) in emails: {
        name: 'email-${index}'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

resource alerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in rules: {
    name: '${namePrefix}-${rule.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: 'Celerity${rule.name}'
      description: 'docs/alerts.md tells what it means and what to do.'
      enabled: true
      severity: severities[rule.severity]
      scopes: [insights.id]
      evaluationFrequency: 'PT5M'
      windowSize: rule.window
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Maximum'
            metricMeasureColumn: 'value'
            dimensions: [
              {
                name: 'subject'
                operator: 'Include'
                values: ['*']
              }
            ]
            operator: 'GreaterThan'
            threshold: json(rule.threshold)
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: {
        actionGroups: [people.id]
      }
    }
  }
]
