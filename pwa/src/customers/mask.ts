/** A number as it is shown before somebody asks for it: `139****0042`, `0571-****42`. */
export function masked(phone: string): string {
  const digits = phone.replaceAll(/\D/g, '')
  if (digits.length < 5) return '****'
  const head = digits.length >= 11 ? digits.slice(0, 3) : digits.slice(0, 1)
  return `${head}****${digits.slice(digits.length >= 9 ? -4 : -2)}`
}
