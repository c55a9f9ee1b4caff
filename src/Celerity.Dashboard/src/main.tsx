import { render } from 'preact';
import { App } from './app/App';
import { show } from './app/theme';
import './styles/tokens.css';
import './styles/layout.css';
import './styles/parts.css';

show();
render(<App />, document.getElementById('app')!);
