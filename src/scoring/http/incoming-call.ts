import type { CallRoute } from '../../core/protocols/call-route.ts';
import type { Dialect } from '../../core/protocols/dialect.ts';
import type { HttpCall } from '../../core/protocols/http-message.ts';
import type { Deadline } from '../deadline.ts';

/** A call on its way, with what its head says. */
export interface IncomingCall {
  readonly route: CallRoute;
  readonly dialect: Dialect;
  readonly call: HttpCall;
  readonly requestId: string;
  readonly deadline: Deadline;
}
