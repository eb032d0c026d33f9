import { Type } from 'typebox';
import type { Catalogue } from '../../catalogue/catalogue';
import type { Translation } from './translation';

/**
 * `POST /api/credits/purchase` and `GET /api/credits/session/{id}`. See docs/moving/credit-packages.md.
 * @param catalogue knows a package by its id, or by the `package_id` of its foreign metadata
 */
export function credits(
  catalogue: Pick<Catalogue, 'package' | 'packages'>,
): readonly Translation[] {
  return [
    {
      method: 'POST',
      url: '/api/credits/purchase',
      schema: {
        body: Type.Object(
          {
            package_id: Type.Union([Type.Integer(), Type.String()]),
            payment_method: Type.Optional(Type.Enum(['stripe'])),
          },
          { additionalProperties: false },
        ),
      },
      ask: ({ body }) => {
        const { package_id: named } = body as { readonly package_id: number | string };
        const id = String(named);
        const sold =
          catalogue.package(id) ??
          catalogue.packages.find(({ foreign }) => foreign?.metadata?.package_id === id);
        return {
          method: 'POST',
          path: '/checkout/sessions',
          body: { package: sold?.id ?? id, metadata: { package_id: id } },
        };
      },
      answer: ({ id, url }) => ({
        success: true,
        message: 'Checkout session created',
        payment_url: url,
        session_id: id,
      }),
    },
    {
      method: 'GET',
      url: '/api/credits/session/:id',
      schema: { params: Type.Object({ id: Type.String() }) },
      ask: ({ params }) => {
        const { id } = params as { readonly id: string };
        return { method: 'GET', path: `/checkout/sessions/${encodeURIComponent(id)}` };
      },
      answer: ({ id, paymentStatus, amountMinor, metadata }) => ({
        success: true,
        session: {
          id,
          payment_status: paymentStatus === 'paid' ? 'paid' : 'unpaid',
          amount_total: amountMinor,
          metadata,
        },
      }),
    },
  ];
}
