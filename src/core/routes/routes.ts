import * as z from 'zod';
import { limits } from '../limits.ts';
import { resultFormats } from './result-format.ts';

const model = z.string().min(1).describe('Name of the model that scores.');
const alias = z.string().min(1).default('live').describe('Alias or version of the model.');
const columns = z
  .array(z.string().min(1))
  .max(limits.csvColumnsMax)
  .default([])
  .describe('Columns of the input, or fields of its records, that are repeated in the scores.');

const resends = z
  .strictObject({
    minutes: z.number().positive().max(limits.resendMinutesMax).describe('How far apart the two may come.'),
    field: z
      .string()
      .min(1)
      .optional()
      .describe("Field of the record, or JSON pointer to it, that holds the id; the event's `message-id` when absent."),
  })
  .describe('Passes over what a device sends again with the same message id.');

const outbound = z
  .strictObject({
    hub: z.string().min(1).describe('Name of the event hub that the documents are sent to.'),
    where: z
      .string()
      .min(1)
      .describe('Which documents: a question about outputs such as `label = "failure" and probability > 0.9`.'),
    key: z
      .string()
      .min(1)
      .optional()
      .describe('Output whose value is the partition key; the key of the record when absent.'),
  })
  .describe('Sends scores on, at least once each, with the id of the document as message id.');

export const routesSchema = z.strictObject({
  $schema: z.string().optional(),
  http: z
    .strictObject({
      record: z.boolean().default(false).describe('Whether the rows of calls become documents too.'),
      default: model
        .optional()
        .describe('Model of calls whose path names none, such as /score; not needed where only one is installed.'),
      alias,
    })
    .prefault({}),
  streams: z
    .array(
      z.strictObject({
        hub: z.string().min(1).describe('Name of the event hub.'),
        model,
        alias,
        models: z
          .array(z.string().min(1))
          .max(limits.routeModelsMax)
          .default([])
          .describe(
            'Models that an event may ask for in place of `model`, by its application property `model` or by `modelField`. Their alias is `live`.',
          ),
        modelField: z
          .string()
          .min(1)
          .optional()
          .describe('Field of the record, or JSON pointer to it, that may name one of `models`.'),
        sink: z.enum(['cosmos', 'blob']).default('cosmos').describe('Where the documents go.'),
        packed: z
          .boolean()
          .default(false)
          .describe('Whether about a hundred scores share one item in Cosmos DB, for a fraction of the request units.'),
        latest: z
          .boolean()
          .default(false)
          .describe('Whether the last score of each key is kept in the Cosmos DB container `latest` as well.'),
        resends: resends.optional(),
        outbound: z.array(outbound).max(limits.outboundRulesMax).default([]),
      }),
    )
    .default([]),
  files: z
    .array(
      z.strictObject({
        prefix: z.string().describe('Blobs in the container `incoming` whose name begins so.'),
        model,
        alias,
        columns,
        results: z
          .enum(resultFormats)
          .optional()
          .describe(
            'How the scores are written; by default as CSV, and for files of JSON as NDJSON; metadata `accept` of a blob wins.',
          ),
        dropDuplicates: z
          .enum(['key', 'content'])
          .optional()
          .describe(
            'Rows that came before in the same file are left out: those of the same key, or with the same values.',
          ),
        documents: z.boolean().default(false).describe('Whether each row becomes a document in Cosmos DB as well.'),
        dailyAt: z
          .string()
          .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
          .optional()
          .describe('When files are scored that came since the day before, such as 02:00 (UTC); at once when absent.'),
        errorsMax: z.int().min(0).optional().describe('More wrong rows than this end the run.'),
        errorsShareMax: z
          .number()
          .min(0)
          .max(1)
          .optional()
          .describe('A larger share of wrong rows than this, at the end of the file, means no result.'),
      }),
    )
    .default([]),
});

/** Which model scores what comes through a door, and where the result goes. */
export type Routes = z.infer<typeof routesSchema>;
export type StreamRoute = Routes['streams'][number];
export type FileRoute = Routes['files'][number];

/** The JSON Schema of `routes.json` (draft 2020-12), for editors. */
export const routesJsonSchema = (): object => z.toJSONSchema(routesSchema, { io: 'input' });
