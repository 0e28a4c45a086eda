import { useState } from 'preact/hooks'
import { ask, query } from '../router.ts'
import { t } from '../texts/index.ts'
import '../ui/Chips.css'
import { Field } from '../ui/Field.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Sheet } from '../ui/Sheet.tsx'
import { say } from './say.ts'
import { dropView, saveView, viewQuery, viewsOf } from './views.ts'

function SaveSheet({ list, onClose }: { list: string; onClose: () => void }) {
  const [name, setName] = useState('')
  const [missing, setMissing] = useState(false)
  function save(e: Event) {
    e.preventDefault()
    if (!name.trim()) return setMissing(true)
    saveView(list, name.trim(), query.peek())
    onClose()
  }
  return (
    <Sheet title={say('saveViewTitle')} onClose={onClose}>
      <form class="gap" onSubmit={save} noValidate>
        <Field
          label={say('viewName')}
          hint={say('viewHint')}
          value={name}
          onInput={setName}
          error={missing && !name.trim() ? say('needName') : undefined}
          input={{ maxLength: 40 }}
        />
        <div class="sheet-a">
          <button type="button" class="btn btn-line btn-l" onClick={onClose}>
            {t('cancel')}
          </button>
          <button type="submit" class="btn btn-go btn-l">
            {say('save')}
          </button>
        </div>
      </form>
    </Sheet>
  )
}

/** What one asks for often, by a name of one's own. */
export function Views({ list }: { list: string }) {
  const [saving, setSaving] = useState(false)
  const now = viewQuery(query.value)
  const views = viewsOf(list)
  const at = views.find((view) => view.query === now)
  if (views.length === 0 && !now) return null
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot lie in a flex row
    <div class="chips sl-views" role="group" aria-label={say('views')}>
      <button type="button" class="chip chip--s" aria-pressed={now === ''} onClick={() => ask('')}>
        {say('viewAll')}
      </button>
      {views.map((view) => (
        <button
          type="button"
          class="chip chip--s"
          aria-pressed={view === at}
          onClick={() => ask(view.query)}
          key={view.name}
        >
          {view.name}
        </button>
      ))}
      {now && !at && (
        <button type="button" class="btn btn-text" onClick={() => setSaving(true)}>
          {say('saveView')}
        </button>
      )}
      {at && (
        <button type="button" class="btn btn-text" onClick={() => dropView(list, at.name)}>
          <Icon name="cross" />
          {say('dropView')}
        </button>
      )}
      {saving && <SaveSheet list={list} onClose={() => setSaving(false)} />}
    </div>
  )
}
