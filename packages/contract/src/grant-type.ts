import { z } from 'zod';

/** RFC 7523 §2.1 */
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** RFC 6749 §4.1 and §4.4, RFC 7523 §2.1. The other grants are deliberately absent (RFC 9700). */
export const grantType = z.enum(['authorization_code', 'client_credentials', JWT_BEARER]);
export type GrantType = z.infer<typeof grantType>;
