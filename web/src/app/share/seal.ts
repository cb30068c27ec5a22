// Seals an item into a link, here in the browser. The link's secret lives in the returned address
// and nowhere else.

import type { IntentPayload, SealedLink } from "../../shared/api";
import { toBase64url } from "../../shared/base64url";
import { derive, newSecret, proof, seal, toFragment } from "../../shared/link-crypto";

export interface MadeLink {
  address: string;
  sealed: SealedLink;
}

export async function sealLink({ header, origin, payload }: IntentPayload): Promise<MadeLink> {
  const secret = newSecret();
  try {
    const keys = await derive(secret, "encrypt");
    const { commit, iv, ct } = await seal(keys, header, origin, payload);
    const v0 = await proof(keys.auth);
    keys.auth.fill(0);
    return {
      address: `${origin}/s#${toFragment(secret)}`,
      sealed: {
        lid: toBase64url(keys.lid),
        v0: toBase64url(v0),
        header,
        commit: toBase64url(commit),
        iv: toBase64url(iv),
        ct: toBase64url(ct),
      },
    };
  } finally {
    secret.fill(0);
  }
}
