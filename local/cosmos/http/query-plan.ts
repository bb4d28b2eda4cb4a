import { refusalCharge } from '../store/request-charge.ts';
import type { CosmosAnswer, CosmosRequest } from './exchange.ts';
import { readQuery } from './query-request.ts';

/** One physical partition does all of the work, so the client has nothing to sort, count or put together. */
const plan = {
  partitionedQueryExecutionInfoVersion: 2,
  queryInfo: {
    distinctType: 'None',
    top: null,
    offset: null,
    limit: null,
    orderBy: [],
    orderByExpressions: [],
    groupByExpressions: [],
    groupByAliases: [],
    aggregates: [],
    groupByAliasToAggregateType: {},
    rewrittenQuery: '',
    hasSelectValue: false,
    dCountInfo: null,
    hasNonStreamingOrderBy: false,
  },
  queryRanges: [{ min: '', max: 'FF', isMinInclusive: true, isMaxInclusive: false }],
};

/** How the client is to put a query together from partitions: it asks with every query, and follows when it must. */
export function answerQueryPlan(request: CosmosRequest): CosmosAnswer {
  request.account.queries.get(readQuery(request).text);
  return { status: 200, charge: refusalCharge, json: JSON.stringify(plan) };
}
