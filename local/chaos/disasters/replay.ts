import { type ChaosEvent, withFields } from '../chaos-event.ts';
import type { Disaster } from '../disaster.ts';
import { eventsOf } from '../kill-plan.ts';
import { bundledModel, type ChangedManifest, publishTwoVersions } from '../model-versions.ts';
import { sluice } from '../run-sluice.ts';
import type { Scene } from '../scene.ts';

const reason = 'feature.out_of_range';
/** What a sensor reports that the first version of the model does not take, and the second does. */
const torque = 100.5;

const takesMore = ({ features }: ChangedManifest): void => {
  for (const feature of features) if (feature.name === 'torque') feature.max = 120;
};

export const replays: Disaster = {
  name: 'D23',
  title: 'Dead letters are replayed with a model that takes them, twice, and the worker is killed in the middle',
  holds: 'every letter becomes a document, and the second replay finds nothing to do',
  full: { events: 10_000, dose: 1_000 },
  short: { events: 500, dose: 50 },
  twin: { settings: { SLUICE_MODEL_REFRESH_SECONDS: '0.2' } },
  /** `dose` is the number of letters. */
  async run(scene, { events, dose: letters }) {
    const { folder } = scene.system;
    await publishTwoVersions(folder, takesMore);
    const all = [...eventsOf(scene, events)].map(
      (event, i): ChaosEvent => (i < letters ? { ...withFields(event, { torque }), expected: 'dead-letter' } : event),
    );
    await scene.send(all);
    await scene.until(() => scene.areAllScored(), 60_000);
    await scene.until(async () => (await scene.account()).deadLetters === letters, 60_000, 1_000);

    const command = ['dead-letters', 'replay', '--reason', reason, '--model', `${bundledModel}@2`, '--yes', '--json'];
    await sluice(folder, ...command);
    for (const event of all) event.expected = 'document';
    await drainOnce(scene);
    await scene.kill('worker', 'SIGKILL');
    await scene.until(() => isDrained(scene), 90_000, 2_000);
    const again = await sluice(folder, ...command);
    const { selected } = JSON.parse(again) as { readonly selected?: number };
    const failures = selected === 0 ? [] : [`The second replay found ${selected} letters.`];
    return { values: { replayed: letters }, failures };
  },
};

/** The timer that drains parked records runs each minute; nobody waits for it here. */
async function drainOnce(scene: Scene): Promise<void> {
  const [host] = await scene.control.hosts();
  if (host?.isUp !== true) return;
  await fetch(`${host.url}/admin/functions/drain-parked`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  }).catch(() => {});
}

async function isDrained(scene: Scene): Promise<boolean> {
  if (await scene.areAllScored()) return true;
  await drainOnce(scene);
  return false;
}
