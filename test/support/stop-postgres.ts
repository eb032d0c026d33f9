import { administrate, templateDatabase } from './database';

export default async function stopPostgres(): Promise<void> {
  await administrate(`drop database if exists ${templateDatabase}`);
  await globalThis.postgresServer?.stop();
}
