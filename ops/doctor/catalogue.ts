import type { Overview } from '@tollgate/client';
import type { Finding } from '../terminal/output';
import { found } from './checks';

/** Whether what is stored is what is sold. */
export function checkCatalogue({
  refusedVersion,
  status,
  version,
}: Overview['catalogue']): Finding {
  const sold = `${version} is sold`;
  const stored = {
    current: '',
    refused: `; ${refusedVersion} has faults`,
    unreadable: '; what is stored cannot be read',
  };
  const fix = 'docs/runbook.md, "The stored catalogue is not sold"';
  return found('catalogue', status === 'current', `${sold}${stored[status]}`, fix);
}
