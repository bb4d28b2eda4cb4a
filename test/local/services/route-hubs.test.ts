import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { outboundHubsOf } from '../../../local/services/route-hubs.ts';

function folderWith(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-hubs-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'routes.json'), text);
  return folder;
}

test('hubs that routes send scores on to are made with the others', () => {
  const to = (...hubs: string[]) => ({ outbound: hubs.map((hub) => ({ hub, where: 'x = 1' })) });
  const routes = { streams: [{ hub: 'a', model: 'm', ...to('alarms', 'b') }, to('alarms'), { hub: 'c' }] };
  expect(outboundHubsOf(folderWith(JSON.stringify(routes)))).toEqual(['alarms', 'b']);
});

test.each(['', '{', '7', '{"streams":7}', '{"streams":[{"outbound":[{"hub":7}]}]}'])(
  'what is wrong is for the app to tell: %s',
  (text) => expect(outboundHubsOf(folderWith(text))).toEqual([]),
);
