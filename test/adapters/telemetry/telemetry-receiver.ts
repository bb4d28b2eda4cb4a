import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** What came in one request. */
export interface ReceivedExport {
  readonly path: string;
  readonly body: unknown;
}

export interface TelemetryReceiver {
  readonly url: string;
  readonly exports: readonly ReceivedExport[];
  /** What was exported under this name, of all exports together. */
  points(name: string): readonly MetricPoint[];
  close(): Promise<void>;
}

/** One series at one export, in the words of OTLP. */
export interface MetricPoint {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly unit: string;
  /** Of a counter or gauge. */
  readonly value?: number;
  /** Of a histogram. */
  readonly count?: number;
  readonly sum?: number;
}

interface OtlpAttribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: number; readonly doubleValue?: number };
}
interface OtlpPoint {
  readonly attributes: readonly OtlpAttribute[];
  readonly asDouble?: number;
  readonly asInt?: number;
  readonly count?: number;
  readonly sum?: number;
}
type OtlpData = { readonly dataPoints: readonly OtlpPoint[] };
interface OtlpMetric {
  readonly name: string;
  readonly unit: string;
  readonly sum?: OtlpData;
  readonly gauge?: OtlpData;
  readonly histogram?: OtlpData;
  readonly exponentialHistogram?: OtlpData;
}
interface OtlpExport {
  readonly resourceMetrics: readonly {
    readonly scopeMetrics: readonly { readonly metrics: readonly OtlpMetric[] }[];
  }[];
}

/** A collector of OTLP over HTTP in JSON, and of whatever else is posted. */
export async function startTelemetryReceiver(): Promise<TelemetryReceiver> {
  const exports: ReceivedExport[] = [];
  const server: Server = createServer(async (request, response) => {
    exports.push({ path: request.url ?? '', body: await bodyOf(request) });
    response.setHeader('content-type', 'application/json').end('{"itemsReceived":1,"itemsAccepted":1,"errors":[]}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exports,
    points: (name) =>
      exports
        .filter(({ path }) => path === '/v1/metrics')
        .flatMap(({ body }) => (body as OtlpExport).resourceMetrics)
        .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
        .filter((metric) => metric.name === name)
        .flatMap(pointsOf),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const bytes = Buffer.concat((await request.toArray()) as Buffer[]);
  const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
  return JSON.parse(text.includes('\n') && !text.startsWith('[') ? `[${text.trim().split('\n').join(',')}]` : text);
}

function pointsOf({ unit, sum, gauge, histogram, exponentialHistogram }: OtlpMetric): MetricPoint[] {
  const data = sum ?? gauge ?? histogram ?? exponentialHistogram;
  return (data?.dataPoints ?? []).map(({ attributes, asDouble, asInt, count, sum: total }) => ({
    unit,
    labels: Object.fromEntries(
      attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue ?? value.doubleValue)]),
    ),
    ...(count === undefined ? { value: Number(asDouble ?? asInt) } : { count: Number(count), sum: Number(total) }),
  }));
}
