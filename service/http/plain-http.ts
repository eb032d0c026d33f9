import type { FastifyInstance } from 'fastify';
import { metrics as metricNames } from '../contract';
import type { Counter } from '../metrics';

/**
 * Counts what came without TLS. The load balancer says so itself, whatever a client has written into
 * the header, and its own health checks have none: a count tells of an open port 80, whoever opened it.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html
 */
export function countPlainHttp(app: FastifyInstance, counter: Counter): void {
  app.addHook('onRequest', async ({ headers }) => {
    if (headers['x-forwarded-proto'] === 'http') counter.count(metricNames.plainHttpRequests);
  });
}
