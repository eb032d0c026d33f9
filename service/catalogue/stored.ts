import { addAbortSignal, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
// Their code is read when it is called for: most environments store no catalogue, and a task starts sooner.
import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import type { SSMClient, SSMClientConfig } from '@aws-sdk/client-ssm';

/** A catalogue as it is stored outside of the image. */
export interface StoredCatalogue {
  readonly text: string;
  /** As whoever stored it was told: a version id or an ETag of S3, the number of a parameter's version. */
  readonly version: string;
}

/** Where a catalogue is kept, so that it can change without a new image. */
export interface CatalogueStore {
  /** @throws Error that names the address and the permission */
  read(): Promise<StoredCatalogue>;
}

/** What no catalogue of ours comes near, and no task is to read every half minute. */
const bytesMax = 1024 * 1024;

/** For all of a reading, retries and body: what a body may take has no limit of its own. */
const readTimeoutMillis = 10_000;

const client = {
  maxAttempts: 2,
  // Without the last one, a request that is not answered is warned of, and waited for for ever.
  requestHandler: {
    connectionTimeout: 1_000,
    requestTimeout: 3_000,
    throwOnRequestTimeout: true,
  },
};

/**
 * The store at an ARN of an object in S3 or of a parameter, whose form the configuration has checked.
 * @param endpoint in tests, of a double
 * @param timeoutMillis in tests, shorter
 */
export function createCatalogueStore(
  arn: string,
  endpoint?: string,
  timeoutMillis = readTimeoutMillis,
): CatalogueStore {
  const at = endpoint === undefined ? {} : { endpoint, forcePathStyle: true };
  const [, , service, region = ''] = arn.split(':');
  const resource = arn.split(':').slice(5).join(':');
  return service === 's3'
    ? inBucket(arn, resource, { ...client, ...at }, timeoutMillis)
    : inParameter(arn, { ...client, ...at, region }, timeoutMillis);
}

function inBucket(
  arn: string,
  resource: string,
  options: S3ClientConfig,
  timeoutMillis: number,
): CatalogueStore {
  const [Bucket = '', ...path] = resource.split('/');
  let s3: S3Client | undefined;
  return {
    async read() {
      const sdk = await import('@aws-sdk/client-s3');
      s3 ??= new sdk.S3Client(options);
      const command = new sdk.GetObjectCommand({ Bucket, Key: path.join('/') });
      const abortSignal = AbortSignal.timeout(timeoutMillis);
      const found = await s3.send(command, { abortSignal }).catch(explain(arn, 's3:GetObject'));
      const { Body, ContentLength = 0, VersionId, ETag = '' } = found;
      const body = Body as Readable | undefined; // in Node.js
      if (ContentLength > bytesMax) {
        body?.destroy(); // unread, it would hold its socket
        throw new Error(`${arn} has ${ContentLength} bytes; expected ${bytesMax} at most`);
      }
      // `send` heeds the signal up to the headers alone.
      if (body !== undefined) addAbortSignal(abortSignal, body);
      const isVersioned = VersionId !== undefined && VersionId !== 'null';
      return {
        text: body === undefined ? '' : await text(body).catch(explain(arn, 's3:GetObject')),
        version: isVersioned ? VersionId : ETag.replaceAll('"', ''),
      };
    },
  };
}

function inParameter(arn: string, options: SSMClientConfig, timeoutMillis: number): CatalogueStore {
  let ssm: SSMClient | undefined;
  return {
    async read() {
      const sdk = await import('@aws-sdk/client-ssm');
      ssm ??= new sdk.SSMClient(options);
      // By its ARN, so that a parameter that another account shares is found as well.
      const command = new sdk.GetParameterCommand({ Name: arn, WithDecryption: true });
      const abortSignal = AbortSignal.timeout(timeoutMillis);
      const { Parameter } = await ssm
        .send(command, { abortSignal })
        .catch(explain(arn, 'ssm:GetParameter'));
      return { text: Parameter?.Value ?? '', version: String(Parameter?.Version ?? '') };
    },
  };
}

const explain = (arn: string, permission: string) => (error: unknown) => {
  const name = error instanceof Error ? error.name : String(error);
  throw new Error(
    `the catalogue at ${arn} cannot be read (${name}); see that it is there, and that whoever reads ` +
      `it, in ECS the task role, may do ${permission} on it`,
    { cause: error },
  );
};
