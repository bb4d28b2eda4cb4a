import type { Evaluate } from './frame.ts';
import { compileQuery } from './query-compiler.ts';
import { resultsOf } from './query-results.ts';
import type { QueryScope } from './query-scope.ts';
import type { Query, SubqueryForm } from './syntax-tree.ts';

/** A subquery as a value. It sees the names around it, and so runs anew for each row. */
export function compileSubquery(query: Query, form: SubqueryForm, scope: QueryScope): Evaluate {
  const compiled = compileQuery(query, scope);
  switch (form) {
    case 'scalar':
      return (frame) => resultsOf(compiled, frame, compiled.rows)[0];
    case 'exists':
      return (frame) => resultsOf(compiled, frame, compiled.rows).length > 0;
    case 'array':
      return (frame) => resultsOf(compiled, frame, compiled.rows);
  }
}
