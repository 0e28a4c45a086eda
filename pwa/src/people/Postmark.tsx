import { t } from '../texts/index.ts'

/** The mark of the house: a day stamp, as every postal worker knows it. */
export function Postmark() {
  const now = new Date()
  const day = `${now.getFullYear()}.${now.getMonth() + 1}.${now.getDate()}`
  return (
    <svg class="postmark" viewBox="0 0 220 220" aria-hidden="true" fill="none" stroke="currentColor">
      <circle cx="110" cy="110" r="98" stroke-width="3" />
      <circle cx="110" cy="110" r="66" stroke-width="2" />
      <path d="M44 92h132M44 128h132" stroke-width="2" />
      <defs>
        <path id="arc" d="M28.5 110a81.5 81.5 0 0 1 163 0" />
        <path id="arc2" d="M22 110a88 88 0 0 0 176 0" />
      </defs>
      <g fill="currentColor" stroke="none" text-anchor="middle">
        <text font-size="19" letter-spacing="7">
          <textPath href="#arc" startOffset="50%">
            {t('postmark')}
          </textPath>
        </text>
        <text font-size="13" letter-spacing="3.5">
          <textPath href="#arc2" startOffset="50%">
            XUNFANG
          </textPath>
        </text>
        <text x="110" y="117" font-size="21" font-weight="600" letter-spacing="1">
          {day}
        </text>
      </g>
    </svg>
  )
}
