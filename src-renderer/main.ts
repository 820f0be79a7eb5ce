import '@fontsource-variable/inter'
import '@fontsource/jetbrains-mono/400.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'
import { mount } from 'svelte'
import App from './App.svelte'
import { call, onNews } from './bridge.ts'
import { openDesk } from './desk.svelte.ts'
import { takeOpenedImages } from './image/take-opened-images.ts'

const desk = await openDesk(call, onNews)
mount(App, { target: document.querySelector('#app')!, props: { desk } })
void takeOpenedImages(desk, { call, onNews })
