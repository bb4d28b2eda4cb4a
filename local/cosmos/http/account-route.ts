import { resourceCharge } from '../store/request-charge.ts';
import type { CosmosAnswer, CosmosRequest } from './exchange.ts';

/**
 * Describes the account. Its one place is the address under which the client reached it, whatever stands between:
 * the client goes on with what is advertised here.
 */
export function readAccount({ headers }: CosmosRequest): CosmosAnswer {
  const locations = [{ name: 'Local', databaseAccountEndpoint: `http://${headers.host}/` }];
  const account = {
    _self: '',
    id: 'local',
    _rid: 'local',
    _dbs: '//dbs/',
    media: '//media/',
    addresses: '//addresses/',
    writableLocations: locations,
    readableLocations: locations,
    enableMultipleWriteLocations: false,
    userConsistencyPolicy: { defaultConsistencyLevel: 'Session' },
    userReplicationPolicy: {},
    systemReplicationPolicy: {},
    readPolicy: {},
    queryEngineConfiguration: '{}',
  };
  return { status: 200, charge: 0, json: JSON.stringify(account) };
}

/** Provisioned throughput: none, as in a serverless account; what a client provisions is accepted and has no effect. */
export function readOffers(): CosmosAnswer {
  return { status: 200, charge: resourceCharge, json: '{"_rid":"","Offers":[],"_count":0}' };
}
