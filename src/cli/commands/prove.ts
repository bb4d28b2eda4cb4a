import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { usualPrices } from '../../core/sizing/price-list.ts';
import { proofCost } from '../../core/sizing/proof-cost.ts';
import { prove as runProof } from '../../scoring/proving/prove.ts';
import type { Proof, ProofPlan } from '../../scoring/proving/proving-ground.ts';
import { type Command, type CommandCall, jsonOption, type OptionValues, text, wholeNumber } from '../command.ts';
import { recordsOf } from '../examples.ts';
import { azureDeeds } from '../proving/azure-deeds.ts';
import { goldenRows } from '../proving/golden-rows.ts';
import { type OpenGround, withGround } from '../proving/open-ground.ts';
import { proofReport } from '../proving/proof-report.ts';
import { twinDeeds } from '../proving/twin-ground.ts';
import { azureAddress, flexApp, outputOf, releaseOptions, withCallerKey } from '../release-target.ts';
import { urlTarget } from '../targets.ts';
import { runningTwin } from '../twin-file.ts';
import { exitCodes, UnreachableError, UsageError } from '../usage-error.ts';

const modelDefault = 'machine-failure';

export const prove: Command = {
  name: 'prove',
  summary:
    'Sends, kills, throttles and measures a system, looks whether each event has one place, and writes a report.',
  operands: '',
  options: {
    azure: { type: 'boolean', help: 'A deployment on Azure; the local twin when absent.' },
    yes: { type: 'boolean', short: 'y', help: 'Begins; without it an Azure run says what it would do and cost.' },
    events: { type: 'string', value: 'N', help: 'Events that are sent (3000).' },
    rate: { type: 'string', value: 'N', help: 'Events a second (200).' },
    calls: { type: 'string', value: 'N', help: 'Calls over HTTP (50).' },
    minutes: { type: 'string', value: 'N', help: 'When it ends, whatever is done by then (15).' },
    budget: { type: 'string', value: 'N', help: 'What it may cost at most, in whole units of the list prices (5).' },
    model: { type: 'string', short: 'm', value: 'NAME', help: `The model that scores the hub (${modelDefault}).` },
    data: {
      type: 'string',
      short: 'd',
      value: 'FILE',
      help: 'Rows to send; those of golden.json of the model when absent.',
    },
    report: { type: 'string', value: 'FILE', help: 'Where the report goes (proof-DAY.md).' },
    ...azureOptions(),
    json: jsonOption,
  },
  examples: [
    'sluice prove',
    'sluice prove --azure --outputs outputs.json',
    'sluice prove --azure --outputs outputs.json --yes',
  ],
  async run(call) {
    const { operands, options, terminal } = call;
    if (operands.length > 0) throw new UsageError(`"${operands[0]}" is one word too many. See: sluice prove --help`);
    const plan = planOf(options);
    const budget = wholeNumber(options, 'budget', 5);
    const cost = proofCost(plan.events, plan.minutesMax, usualPrices);
    const costText = `at most ${cost.toFixed(2)} ${usualPrices.currency} by the list prices of ${usualPrices.asOf}`;
    if (options.azure === true && cost > budget)
      throw new UsageError(`This would cost ${costText}, and --budget is ${budget}: take fewer --events or --minutes.`);
    if (options.azure === true && options.yes !== true) {
      terminal.out(
        `It would send ${plan.events} events, restart the app twice, throttle its database for a while, and end after ${plan.minutesMax} minutes at the latest: ${costText}.\nSay --yes to begin. Take an environment that nobody depends on.`,
      );
      return exitCodes.no;
    }
    const proof = options.azure === true ? await proveAzure(call, plan) : await proveTwin(call, plan);
    const file = text(options, 'report') ?? `proof-${proof.begunAt.slice(0, 10)}.md`;
    writeFileSync(file, proofReport(proof));
    terminal.out(options.json === true ? JSON.stringify(proof, null, 2) : proofReport(proof));
    terminal.note(`${file} is written.`);
    return proof.problems.length === 0 ? exitCodes.done : exitCodes.no;
  },
};

/** Those of a release, without what this command has under another meaning. */
function azureOptions() {
  const { data: _, ...others } = releaseOptions;
  return others;
}

const planOf = (options: OptionValues): ProofPlan => ({
  events: wholeNumber(options, 'events', 3_000),
  eventsPerSecond: wholeNumber(options, 'rate', 200),
  calls: wholeNumber(options, 'calls', 50),
  minutesMax: wholeNumber(options, 'minutes', 15),
});

async function rowsOf(options: OptionValues): Promise<{ model: string; rows: readonly object[] }> {
  const model = text(options, 'model') ?? modelDefault;
  const data = text(options, 'data');
  const rows = data === undefined ? goldenRows(join(process.cwd(), 'models'), model) : await recordsOf(data);
  if (rows.length === 0) throw new UsageError(`There are no rows for ${model}: give some with --data FILE.`);
  return { model, rows };
}

const time = { now: () => performance.now(), date: () => new Date(), sleep };

const runIn = ({ terminal }: CommandCall, plan: ProofPlan, open: OpenGround): Promise<Proof> =>
  withGround(open, (ground) => runProof(ground, plan, time, (line) => terminal.note(line)));

async function proveTwin(call: CommandCall, plan: ProofPlan): Promise<Proof> {
  const twin = runningTwin();
  if (twin === undefined)
    throw new UnreachableError('The local twin does not run. Start it in another terminal with: npm start');
  const { model, rows } = await rowsOf(call.options);
  const since = new Date().toISOString();
  return runIn(call, plan, {
    name: 'the local twin',
    url: urlTarget({}),
    deeds: await twinDeeds(twin),
    key: undefined,
    model,
    rows,
    since,
  });
}

async function proveAzure(call: CommandCall, plan: ProofPlan): Promise<Proof> {
  const { options } = call;
  const { model, rows } = await rowsOf(options);
  const app = flexApp(options);
  const address = azureAddress(options);
  const since = new Date().toISOString();
  const endpoint = outputOf(options, 'SLUICE_COSMOS_ENDPOINT');
  const account = new URL(endpoint).hostname.split('.')[0] ?? '';
  // The option `data` of deployments says where keys are; here it is a file of rows.
  const { data: _, ...withoutData } = options;
  return withCallerKey(withoutData, async (key) =>
    runIn(call, plan, {
      name: `Azure, ${address.app} in ${address.group}`,
      url: await app.url(),
      storage: outputOf(options, 'SLUICE_STORAGE_ACCOUNT'),
      cosmos: endpoint,
      events: outputOf(options, 'SLUICE_EVENTS_NAMESPACE'),
      deeds: azureDeeds(app, { ...address, account, since }),
      key,
      model,
      rows,
      since,
    }),
  );
}
