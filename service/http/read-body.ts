import type { IncomingMessage } from 'node:http';
import { Problem } from '../errors';

/** Most bodies end within it, and nearly all of Stripe's. */
const firstBufferBytes = 16 * 1024;
const smallBodyBytes = 64 * 1024;

/**
 * How many bytes of bodies are held that nobody has vouched for yet, over all connections. Large
 * bodies get half of it, so that a few senders of those do not keep the small ones out.
 */
export class BodyBudget {
  private heldBytes = 0;

  constructor(private readonly maxBytes: number) {}

  /** @throws Problem `overloaded` */
  take(bytes: number, bodyBytes: number): void {
    const max = bodyBytes > smallBodyBytes ? this.maxBytes / 2 : this.maxBytes;
    if (this.heldBytes + bytes > max) {
      throw new Problem('overloaded', `bodies of ${this.heldBytes} bytes are being read already`);
    }
    this.heldBytes += bytes;
  }

  give(bytes: number): void {
    this.heldBytes -= bytes;
  }

  /** For tests and figures. */
  get bytes(): number {
    return this.heldBytes;
  }
}

/**
 * Reads a body into one buffer that grows with what has come. A chunk is a view over a buffer of
 * the socket's that is many times as large: kept in a list, as Fastify does, a body in chunks of one
 * byte holds 64 KiB for each of them.
 * @throws Problem `body_too_large`, `bad_request` when it ends early, `overloaded`
 */
export function readBody(
  source: IncomingMessage,
  limitBytes: number,
  budget: BodyBudget,
): Promise<Buffer> {
  const announced = Number(source.headers['content-length'] ?? Number.NaN);
  if (announced > limitBytes) return Promise.reject(tooLarge(limitBytes));
  return new Promise((resolve, reject) => {
    let buffer: Buffer = Buffer.alloc(0);
    let length = 0;

    const grow = (needed: number): void => {
      const doubled = Math.max(needed, 2 * buffer.length, firstBufferBytes);
      const size = Math.min(doubled, Number.isNaN(announced) ? limitBytes : announced);
      budget.take(size - buffer.length, size);
      const grown = Buffer.alloc(size);
      buffer.copy(grown, 0, 0, length);
      buffer = grown;
    };
    const onData = (chunk: Buffer): void => {
      try {
        const needed = length + chunk.length;
        if (needed > limitBytes) throw tooLarge(limitBytes);
        if (needed > buffer.length) grow(needed);
        chunk.copy(buffer, length);
        length = needed;
      } catch (error) {
        settle(() => reject(error));
      }
    };
    const onEnd = (): void => settle(() => resolve(buffer.subarray(0, length)));
    const onCut = (): void =>
      settle(() => reject(new Problem('bad_request', `the body ended after ${length} bytes`)));
    const settle = (how: () => void): void => {
      source.off('data', onData).off('end', onEnd).off('error', onCut).off('close', onCut);
      // Paused for good: what is still to come is not read. Its connection is closed.
      if (!source.complete) source.pause();
      budget.give(buffer.length);
      how();
      buffer = Buffer.alloc(0);
    };
    source.on('data', onData).on('end', onEnd).on('error', onCut).on('close', onCut);
    source.resume();
  });
}

function tooLarge(limitBytes: number): Problem {
  return new Problem('body_too_large', `the body has more than ${limitBytes} bytes`);
}
