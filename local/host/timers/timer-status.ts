import { type BlockBlobClient, ContainerClient, RestError } from '@azure/storage-blob';
import { dotNetTime } from '../invoke/dot-net-json.ts';
import { serviceFault } from '../service-fault.ts';

/** When a timer function ran and is to run, kept over restarts so that a missed run is made up for. */
export interface TimerStatus {
  readonly last: Date;
  readonly next: Date;
}

const container = 'azure-webjobs-hosts';

/** The status of one timer function in the blob where the Functions host keeps it. */
export class TimerStatusBlob {
  readonly #blob: BlockBlobClient;

  private constructor(blob: BlockBlobClient) {
    this.#blob = blob;
  }

  /** @throws {Error} when storage cannot be used */
  static async open(storage: string, hostId: string, functionName: string): Promise<TimerStatusBlob> {
    const need = { service: 'Blob storage', setting: 'AzureWebJobsStorage', neededBy: `function ${functionName}` };
    let address = '(an unreadable connection string)';
    try {
      const probe = new ContainerClient(storage, container, { retryOptions: { maxTries: 1 } });
      address = probe.url;
      await probe.createIfNotExists();
      const path = `timers/${hostId}/Host.Functions.${functionName}/status`;
      return new TimerStatusBlob(new ContainerClient(storage, container).getBlockBlobClient(path));
    } catch (error) {
      throw serviceFault({ ...need, address }, error);
    }
  }

  /** Undefined before the first run; also when the blob holds something else. */
  async read(): Promise<TimerStatus | undefined> {
    try {
      const { Last, Next } = JSON.parse((await this.#blob.downloadToBuffer()).toString());
      const status = { last: new Date(Last), next: new Date(Next) };
      return Number.isNaN(status.next.getTime()) ? undefined : status;
    } catch (error) {
      if (error instanceof SyntaxError || (error instanceof RestError && error.statusCode === 404)) return undefined;
      throw error;
    }
  }

  async write(status: TimerStatus): Promise<void> {
    const text = JSON.stringify(toStatusJson(status));
    await this.#blob.upload(text, Buffer.byteLength(text), {
      blobHTTPHeaders: { blobContentType: 'application/json' },
    });
  }
}

/** The status in the names of the Functions host; its handlers see it with small first letters. */
export function toStatusJson({ last, next }: TimerStatus) {
  const time = (date: Date) => dotNetTime(date, '+00:00');
  return { Last: time(last), Next: time(next), LastUpdated: time(last) };
}
