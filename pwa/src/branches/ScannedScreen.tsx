import { useEffect, useState } from 'preact/hooks'
import { go } from '../router.ts'
import { Lost } from '../shell/Lost.tsx'
import { branchOfLabel } from './queries.ts'

/** Where a scanned label leads: to its branch, known by the hash of the label's secret, also without signal. */
export function ScannedScreen({ token }: { token: string }) {
  const [lost, setLost] = useState(false)
  useEffect(() => {
    void branchOfLabel(token).then((id) => (id ? go(`/branches/${id}`, true) : setLost(true)))
  }, [token])
  return lost ? <Lost /> : null
}
