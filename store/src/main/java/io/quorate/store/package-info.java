/// The state machine of a key-value group: keys, revisions and what comes with them.
@NullMarked
package io.quorate.store;

import org.jspecify.annotations.NullMarked;
