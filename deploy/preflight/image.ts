import type { Finding } from '../../ops/terminal/output';

const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

const timeoutMillis = 10_000;

interface Manifest {
  readonly manifests?: readonly {
    readonly platform?: { readonly architecture?: string; readonly os?: string };
  }[];
  readonly config?: { readonly digest?: string };
}

/**
 * Looks whether a pinned image runs on ARM64, as the tasks do: on another processor every task would end
 * at once, with `exec format error`. One that is built by the deploy is built for it.
 * @see https://distribution.github.io/distribution/spec/api/
 */
export async function checkImage(image: string | undefined): Promise<Finding[]> {
  if (image === undefined) return [];
  const check = 'image';
  try {
    const found = await architecturesOf(image);
    return [
      {
        check,
        ok: found.includes('arm64'),
        seen: `${image} is built for ${found.join(', ') || 'no processor that it names'}`,
        fix: 'Build it for ARM64 as well: docker buildx build --platform linux/arm64',
      },
    ];
  } catch (error) {
    // A registry that wants to know who asks: ECR, or a private one.
    const reason = error instanceof Error ? error.message : String(error);
    const fix = `Look yourself whether it is built for ARM64: docker manifest inspect ${image}`;
    return [{ check, ok: null, seen: `not checked: ${image}: ${reason}`, fix }];
  }
}

async function architecturesOf(image: string): Promise<readonly string[]> {
  const { host, name, reference } = placeOf(image);
  const origin = /^(localhost|127\.0\.0\.1)(:|$)/.test(host) ? `http://${host}` : `https://${host}`;
  const read = async (path: string): Promise<unknown> => {
    const response = await fetch(`${origin}/v2/${name}/${path}`, {
      headers: { accept: manifestTypes },
      signal: AbortSignal.timeout(timeoutMillis),
    });
    if (!response.ok) throw new Error(`the registry answers ${response.status}`);
    return response.json();
  };
  const manifest = (await read(`manifests/${reference}`)) as Manifest;
  if (manifest.manifests !== undefined) {
    return manifest.manifests.flatMap(({ platform }) =>
      platform?.os === 'linux' && platform.architecture !== undefined ? platform.architecture : [],
    );
  }
  const config = (await read(`blobs/${manifest.config?.digest}`)) as { architecture?: string };
  return config.architecture === undefined ? [] : [config.architecture];
}

/** A name without a registry is one of Docker's. */
function placeOf(image: string) {
  const [path = '', digest] = image.split('@');
  const first = path.slice(0, path.indexOf('/'));
  const isHost = /[.:]/.test(first) || first === 'localhost';
  const host = isHost ? first : 'registry-1.docker.io';
  const rest = isHost ? path.slice(first.length + 1) : path;
  const [name = '', tag = 'latest'] = rest.split(':');
  return {
    host,
    name: isHost || name.includes('/') ? name : `library/${name}`,
    reference: digest ?? tag,
  };
}
