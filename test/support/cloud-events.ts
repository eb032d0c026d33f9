import { Value } from 'typebox/value';
import { cloudEventSchema, messageTypes } from '../../service/messages/cloud-events';
import { type CloudEvent, toCloudEvent } from '../../service/outbox/publisher';
import type { TestDatabase } from './database';

/**
 * Holds a message to the schema of its type, and to nothing but that: a member which the schema does
 * not name is a fault too, though consumers are told that members may be added.
 * @throws Error that names the message and what is wrong with it
 */
export function checkCloudEvent(event: unknown): asserts event is CloudEvent {
  const type = messageTypes.find((each) => each === (event as { readonly type?: unknown }).type);
  if (type === undefined) throw new Error(`no schema for ${JSON.stringify(event)}`);
  const schema = closed(cloudEventSchema(type));
  if (Value.Check(schema, event)) return;
  const faults = Value.Errors(schema, event).map((each) => `${each.instancePath} ${each.message}`);
  throw new Error(`${type}: ${faults.join('; ')}: ${JSON.stringify(event)}`);
}

/** Holds every message of an outbox to its schema. @returns how many there are */
export async function checkOutbox(database: Pick<TestDatabase, 'query'>): Promise<number> {
  const rows = await database.query<{
    position: bigint;
    message_id: string;
    type: string;
    user_id: string | null;
    data: Record<string, unknown>;
    created_at: Date;
    attempts: number;
  }>('select * from outbox order by position');
  for (const row of rows) {
    const { position, type, data, attempts } = row;
    const names = { messageId: row.message_id, userId: row.user_id, createdAt: row.created_at };
    const message = { position, type, data, attempts, ...names };
    const json = JSON.stringify(toCloudEvent(message, 'https://shop.example.com'));
    checkCloudEvent(JSON.parse(json));
  }
  return rows.length;
}

/** The schema with every object in it closed to members that it does not name. */
function closed<Schema>(schema: Schema): Schema {
  if (Array.isArray(schema)) return schema.map(closed) as Schema;
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [key, closed(value)]);
  const isObject = 'type' in schema && schema.type === 'object';
  return { ...Object.fromEntries(entries), ...(isObject && { additionalProperties: false }) };
}
