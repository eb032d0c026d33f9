import { resolveRedirects } from '../../../service/http/redirects';

const rules = {
  publicBaseUrl: new URL('https://shop.example.com'),
  successPath: '/',
  cancelPath: '/',
  allowedOrigins: [
    'https://shop.example.com',
    'https://app.example.com:8443',
    'http://localhost:5173',
  ],
};
const refused = expect.objectContaining({
  name: 'Problem',
  code: 'redirect_url_not_allowed',
  status: 422,
});
const both = (url: string) => ({ successUrl: url, cancelUrl: url });

describe('S8: where the buyer is sent when the caller names no URL', () => {
  test.each([
    ['PUBLIC_BASE_URL', undefined, 'https://shop.example.com/'],
    ['an allowed Origin', 'https://app.example.com:8443', 'https://app.example.com:8443/'],
    ['a local Origin that was allowed', 'http://localhost:5173', 'http://localhost:5173/'],
  ])('%s', (_name, origin, base) => {
    expect(resolveRedirects({}, origin, rules)).toEqual({
      successUrl: `${base}?checkout=success&session_id={CHECKOUT_SESSION_ID}`,
      cancelUrl: `${base}?checkout=canceled`,
    });
  });

  test.each(['https://shop.example.com/billing', 'https://shop.example.com/billing/'])(
    'the path of PUBLIC_BASE_URL is kept: %s',
    (publicBaseUrl) => {
      const { cancelUrl } = resolveRedirects({}, undefined, {
        ...rules,
        publicBaseUrl: new URL(publicBaseUrl),
      });
      expect(cancelUrl).toBe('https://shop.example.com/billing/?checkout=canceled');
    },
  );

  test('each URL is chosen by itself: one that is named, the other from the Origin', () => {
    expect(
      resolveRedirects(
        { cancelUrl: 'https://shop.example.com/cart' },
        'http://localhost:5173',
        rules,
      ),
    ).toEqual({
      successUrl: 'http://localhost:5173/?checkout=success&session_id={CHECKOUT_SESSION_ID}',
      cancelUrl: 'https://shop.example.com/cart',
    });
  });
});

test.each([
  'https://shop.example.com',
  'https://shop.example.com/thanks?session={CHECKOUT_SESSION_ID}#top',
  'https://shop.example.com/{CHECKOUT_SESSION_ID}/äö',
  'https://SHOP.example.com:443/thanks',
  'https://app.example.com:8443/?next=https://evil.example',
])('S8: an allowed URL is kept as it was written, placeholder and all: %s', (url) => {
  expect(resolveRedirects(both(url), undefined, rules)).toEqual(both(url));
});

const foreign: [string, string][] = [
  ['another host', 'https://evil.example/'],
  ['a space, which a URL has not', 'https://shop.example.com/a b'],
  ['a backslash, which some read as a slash', 'https://shop.example.com\\@evil.example/'],
  ['a user name', 'https://user@shop.example.com/'],
  ['no slashes, which browsers add', 'https:shop.example.com/'],
  ['a host that begins like ours', 'https://shop.example.com.evil.example/'],
  ['a host that ends like ours', 'https://evilshop.example.com/'],
  ['a subdomain', 'https://a.shop.example.com/'],
  ['the parent domain', 'https://example.com/'],
  ['a trailing dot', 'https://shop.example.com./'],
  ['our host as a user', 'https://shop.example.com@evil.example/'],
  ['our host as a user with a password', 'https://shop.example.com:443@evil.example/'],
  ['our host behind a backslash', 'https://evil.example\\@shop.example.com/'],
  ['backslashes in place of slashes', 'https:\\\\evil.example'],
  ['our host as a fragment', 'https://evil.example#@shop.example.com/'],
  ['our host as a query', 'https://evil.example?https://shop.example.com/'],
  ['the placeholder as a host', 'https://{CHECKOUT_SESSION_ID}.evil.example/'],
  ['another port', 'https://shop.example.com:8443/'],
  ['no port where one was allowed', 'https://app.example.com/'],
  ['http where https was allowed', 'http://shop.example.com/'],
  ['https where http was allowed', 'https://localhost:5173/'],
  ['another name of the local machine', 'http://127.0.0.1:5173/'],
  ['a host in look-alike letters', 'https://shоp.example.com/'],
  ['no scheme', 'shop.example.com/thanks'],
  ['a path alone', '/thanks'],
  ['a protocol-relative URL', '//shop.example.com/'],
  ['an empty text', ''],
  ['javascript:', 'javascript:alert(1)//https://shop.example.com/'],
  ['javascript: with a tab in it', 'java\tscript:alert(1)'],
  ['data:', 'data:text/html,<script>alert(1)</script>'],
  ['blob: of an allowed origin', 'blob:https://shop.example.com/0d9f'],
  ['file:', 'file:///etc/passwd'],
  ['another scheme on our host', 'ftp://shop.example.com/'],
];

describe('S8: no buyer is sent to a foreign place', () => {
  test.each(foreign)('%s is refused as successUrl and as cancelUrl', (_name, url) => {
    const own = 'https://shop.example.com/';
    expect(() => resolveRedirects({ successUrl: url, cancelUrl: own }, undefined, rules)).toThrow(
      refused,
    );
    expect(() => resolveRedirects({ successUrl: own, cancelUrl: url }, undefined, rules)).toThrow(
      refused,
    );
  });

  test.each([...foreign, ['of a sandboxed page', 'null'] as [string, string]])(
    'an Origin that is %s is refused',
    (_name, origin) => {
      expect(() => resolveRedirects({}, origin, rules)).toThrow(refused);
    },
  );

  test('a foreign Origin does not matter when both URLs are named', () => {
    const own = both('https://shop.example.com/');
    expect(resolveRedirects(own, 'null', rules)).toEqual(own);
  });
});

test('the message names which URL, where it leads, and what is allowed', () => {
  expect(() =>
    resolveRedirects({ successUrl: 'https://evil.example/x' }, undefined, rules),
  ).toThrow(
    'the successUrl leads to https://evil.example; allowed are ' +
      'https://shop.example.com, https://app.example.com:8443, http://localhost:5173',
  );
});

test('S8: without URLs of its own a checkout leads back to the pages of the configuration', () => {
  const pages = { ...rules, successPath: '/paid', cancelPath: '/basket' };
  expect(resolveRedirects({}, undefined, pages)).toEqual({
    successUrl: 'https://shop.example.com/paid?checkout=success&session_id={CHECKOUT_SESSION_ID}',
    cancelUrl: 'https://shop.example.com/basket?checkout=canceled',
  });
  expect(resolveRedirects({}, 'http://localhost:5173', pages).cancelUrl).toBe(
    'http://localhost:5173/basket?checkout=canceled',
  );
});
