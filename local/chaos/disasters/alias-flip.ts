import type { Disaster } from '../disaster.ts';
import { eventsOf } from '../kill-plan.ts';
import { promote, publishTwoVersions } from '../model-versions.ts';
import type { Scene } from '../scene.ts';

export const aliasFlip: Disaster = {
  name: 'alias-flip',
  title: 'The alias moves from version to version while batches are repeated',
  holds: 'every version has scored, and each event only one of them',
  full: { events: 10_000, dose: 10 },
  short: { events: 2_000, dose: 2 },
  twin: { settings: { SLUICE_MODEL_REFRESH_SECONDS: '0.2' } },
  /** `dose` is the number of moves. */
  async run(scene, { events, dose: moves }) {
    const { folder } = scene.system;
    await publishTwoVersions(folder);
    await scene.setFaults({ service: 'cosmos', fault: { kind: 'status', status: 449 }, on: 'writes', share: 0.05 });
    const sending = scene.send(eventsOf(scene, events), { eventsPerSecond: 500 });
    sending.catch(() => {});
    for (let move = 0; move < moves; move++) {
      await scene.until(async () => (await scene.scored()) >= (events * (move + 0.5)) / moves, 60_000, 20);
      await promote(folder, move % 2 === 0 ? 2 : 1);
    }
    await sending;
    await scene.until(() => scene.areAllScored(), 60_000);
    return verdictOf(await documentsByVersion(scene));
  },
};

async function documentsByVersion(scene: Scene): Promise<Record<string, number>> {
  const query = 'SELECT c.version, COUNT(1) AS documents FROM c GROUP BY c.version';
  const { resources } = await scene.documents.items.query<{ version: number; documents: number }>(query).fetchAll();
  return Object.fromEntries(resources.map(({ version, documents }) => [`version${version}`, documents]));
}

function verdictOf(values: Record<string, number>) {
  const missing = ['version1', 'version2'].filter((version) => !values[version]);
  return { values, failures: missing.map((version) => `${version} scored nothing: the alias did not move.`) };
}
