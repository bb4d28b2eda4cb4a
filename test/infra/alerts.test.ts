import { describe, expect, test } from 'vitest';
import { needs } from '../../src/core/access/needs.ts';
import { callRoute } from '../../src/core/protocols/call-route.ts';
import { metrics } from '../../src/core/resources.ts';
import { tableRowsOf, textOf } from '../docs/markdown.ts';

const ofApp = textOf('infra/modules/alerts.bicep');
const ofPlatform = textOf('infra/modules/platform-alerts.bicep');
const probe = textOf('infra/modules/probe.bicep');

/** What stands between a name and the next one. */
const appAlerts = ofApp
  .split(/^ {4}name: '(?!alert-)/m)
  .slice(1)
  .map((text) => ({ name: text.slice(0, text.indexOf("'")), text }));
const metricAlerts = [
  ...ofPlatform.matchAll(/\{ name: '([a-z-]+)', target: '(\w+)', metric: '([\w.]+)'(.*) summary: /g),
].map(([, name = '', target = '', metric = '', rest = '']) => ({ name, target, metric, rest }));
const otherAlerts = [
  ...[...ofPlatform.matchAll(/\{ name: '([a-z-]+)', category: /g)].map(([, name = '']) => name),
  /^var name = '([a-z-]+)'$/m.exec(probe)?.[1] ?? '',
];
const names = [...appAlerts, ...metricAlerts].map(({ name }) => name).concat(otherAlerts);

describe('each alert', () => {
  test('has its row in docs/operations.md, and each row there its alert', () => {
    const section = textOf('docs/operations.md').split('## Alerts')[1]!.split('## Codes')[0]!;
    const rows = [...section.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(30);
    expect(rows.toSorted()).toEqual(names.toSorted());
    for (const row of tableRowsOf('docs/operations.md').filter(([first]) => names.includes(first?.slice(1, -1) ?? '')))
      expect(row.filter((cell) => cell !== '')).toHaveLength(4);
  });

  test('has a runbook, and is told to those who are told', () => {
    for (const file of ['log-alert', 'metric-alert'])
      expect(textOf(`infra/modules/${file}.bicep`)).toMatch(/runbook: runbook/);
    for (const text of [ofPlatform, probe])
      expect(text).toMatch(/actionGroupId: actionGroupId, web[hH]ookProperties: \{ runbook: /);
  });
});

describe('alerts on figures of the app', () => {
  const queryOf = (name: string) => appAlerts.find((alert) => alert.name === name)?.text ?? '';

  test('ask for what the issue of each is, with the bounds that docs name', () => {
    expect(queryOf('events-are-late')).toContain(`"${metrics.oldestEventAge.name}"`);
    expect(ofApp).toMatch(/^var lagSeconds = eventRetentionDays \* secondsADay \/ 10$/m);
    expect(queryOf('events-are-late')).toContain('threshold: lagSeconds');
    expect(queryOf('records-wait')).toContain(`"${metrics.parkedAge.name}"`);
    expect(queryOf('records-wait')).toContain(`threshold: ${15 * 60}\n`);
    expect(queryOf('records-are-dead-letters')).toContain(`"${metrics.rejects.name}"`);
    expect(queryOf('nothing-is-scored')).toContain(`"${metrics.rows.name}"`);
  });

  test('have the columns that the rule reads: a value, and the time that puts it into a window', () => {
    expect(appAlerts.length).toBeGreaterThan(7);
    for (const { text } of appAlerts) {
      const query = /query: '(.*)'/.exec(text)?.[1] ?? '';
      expect(query).toMatch(/\bvalue=/);
      expect(query).toMatch(/by bin\(TimeGenerated, 5m\)|TimeGenerated=max\(TimeGenerated\)/);
    }
  });

  test('tell of what may happen only once as soon as it is seen', () => {
    for (const name of ['records-are-dead-letters', 'records-wait', 'nothing-is-scored', 'logs-are-cut'])
      expect(queryOf(name)).toContain('isLasting: false');
    expect(textOf('infra/modules/log-alert.bicep')).toContain('minFailingPeriodsToAlert: isLasting ? 2 : 1');
  });
});

describe('alerts on metrics of the platform', () => {
  const has = (target: string, metric: string) =>
    metricAlerts.some((alert) => alert.target === target && alert.metric === metric);

  test.each([
    ['app', ['Http5xx']],
    ['events', ['ThrottledRequests', 'QuotaExceededErrors', 'ServerErrors', 'UserErrors']],
    ['cosmos', ['ServiceAvailability', 'TotalRequests', 'NormalizedRUConsumption', 'ServerSideLatency']],
    ['topic', ['PublishFailCount', 'DeliveryAttemptFailCount', 'DeadLetteredCount']],
    ['dataStorage', ['Availability', 'SuccessServerLatency', 'Transactions']],
    ['hostStorage', ['Availability']],
    ['modelStorage', ['Availability']],
    ['dataQueues', ['QueueMessageCount']],
    ['iotHub', ['d2c.telemetry.egress.dropped', 'd2c.telemetry.ingress.sendThrottle', 'dailyMessageQuotaUsed']],
  ])('watch %s', (target, wanted) => {
    expect(wanted.filter((metric) => !has(target, metric))).toEqual([]);
  });

  test('name targets that there are, each of which has its namespace', () => {
    for (const table of ['targets', 'namespaces']) {
      const [, text = ''] =
        new RegExp(`^var ${table} = \\{\n([^}]*(?:\\}[^\n])?[^}]*)\n\\}`, 'm').exec(ofPlatform) ?? [];
      const keys = [...text.matchAll(/^ {2}(\w+): /gm)].map(([, key]) => key);
      expect(metricAlerts.filter(({ target }) => !keys.includes(target))).toEqual([]);
    }
  });

  // The platform refuses an alert that asks such a metric for less than an hour.
  test.each(['ServiceAvailability', 'QueueMessageCount'])(
    'ask for %s by the hour, as the platform tells it',
    (metric) => {
      for (const alert of metricAlerts.filter((each) => each.metric === metric))
        expect(alert.rest).toContain("window: 'PT1H'");
    },
  );

  test('count 429 alone as throttling', () => {
    expect(metricAlerts.find(({ metric }) => metric === 'TotalRequests')?.rest).toContain("values: ['429']");
  });
});

describe('the probe', () => {
  const path = /RequestUrl: '\$\{url\}([^']+)'/.exec(probe)?.[1] ?? '';

  test('asks for what the app answers to everybody: whether every model serves', () => {
    const { ask } = callRoute('GET', path);
    expect(ask.kind).toBe('ready');
    expect(needs[ask.kind]).toBeUndefined();
  });

  test('is there when somebody is told, and only then', () => {
    expect(textOf('infra/system.bicep')).toContain("module probe 'modules/probe.bicep' = if (!empty(alertMails)) {");
  });
});
