/** A refusal as the service gives it: an HTTP status, its code in words, and sometimes a substatus. */
export class CosmosError extends Error {
  readonly status: number;
  readonly code: string;
  readonly substatus: number | undefined;

  constructor(status: number, code: string, message: string, substatus?: number) {
    super(message);
    this.status = status;
    this.code = code;
    this.substatus = substatus;
  }
}

export const badRequest = (message: string, substatus?: number) =>
  new CosmosError(400, 'BadRequest', message, substatus);

export const unauthorized = (message: string) => new CosmosError(401, 'Unauthorized', message);

export const notFound = () =>
  new CosmosError(404, 'NotFound', 'Entity with the specified id does not exist in the system.');

const ownerMissing = 1003;

export const ownerNotFound = (what: string) =>
  new CosmosError(404, 'NotFound', `Owner resource does not exist: there is no ${what}.`, ownerMissing);

export const conflict = (message = 'Entity with the specified id already exists in the system.') =>
  new CosmosError(409, 'Conflict', message);

export const preconditionFailed = () =>
  new CosmosError(412, 'PreconditionFailed', 'One of the specified pre-condition is not met.');

export const tooLarge = (what: string, bytes: number, bytesMax: number) =>
  new CosmosError(
    413,
    'RequestEntityTooLarge',
    `Request size is too large: the ${what} has ${bytes} bytes, at most ${bytesMax} are allowed.`,
  );

/** For what the service can do and this server cannot: said at once and by name, rather than guessed at. */
export const notServed = (operation: string) =>
  new CosmosError(501, 'NotServed', `The local Cosmos DB server does not serve this operation: ${operation}.`);
