import { chooseLanguage, language, t } from '../texts/index.ts'
import { keepFace, textSize, theme } from '../ui/face.ts'
import { Icon } from '../ui/Icon.tsx'
import '../ui/Chips.css'

/** Large text, sun screen, language: one tap each, already before sign-in. */
export function FaceChips() {
  const large = textSize.value !== '100'
  const sun = theme.value === 'sun'
  return (
    <>
      <button
        type="button"
        class="chip"
        aria-pressed={large}
        onClick={() => {
          textSize.value = large ? '100' : '150'
          keepFace()
        }}
      >
        <Icon name="type" />
        {t('textSize')}
      </button>
      <button
        type="button"
        class="chip"
        aria-pressed={sun}
        onClick={() => {
          theme.value = sun ? 'auto' : 'sun'
          keepFace()
        }}
      >
        <Icon name="sun" />
        {t('themeSun')}
      </button>
      <button
        type="button"
        class="chip"
        onClick={() => chooseLanguage(language.value === 'zh' ? 'en' : 'zh').then(keepFace)}
      >
        <Icon name="lang" />
        {language.value === 'zh' ? <span lang="en">English</span> : <span lang="zh-CN">中文</span>}
      </button>
    </>
  )
}
