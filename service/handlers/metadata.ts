/** The keys under which objects in Stripe carry what Tollgate knows them by. */
export const metadataKeys = {
  /** Of sessions of ours, their payments and subscriptions: the checkout that they were made for. */
  checkoutId: 'tollgate_checkout_id',
  /** Of the same and of customers: the user. */
  userId: 'tollgate_user_id',
  /**
   * Of the same: environments that share a Stripe account may have users of the same id, and each is
   * told of what the others sell. Only customers had it at first.
   */
  environment: 'tollgate_environment',
  /** Of sessions of ours: what was sold, so that a checkout can be recorded anew after a restore. */
  kind: 'tollgate_kind',
  reference: 'tollgate_reference',
  quantity: 'tollgate_quantity',
  /** Also of a price of ours: what a unit of it grants. */
  credits: 'tollgate_credits',
  amountMinor: 'tollgate_amount_minor',
  currency: 'tollgate_currency',
  name: 'tollgate_name',
  priceId: 'tollgate_price_id',
  once: 'tollgate_once',
  /**
   * Of a price of ours: the lookup key that it was made for. Stripe takes the key itself away when a
   * later price takes it over, and the subscriptions stay.
   */
  lookupKey: 'tollgate_lookup_key',
} as const;
