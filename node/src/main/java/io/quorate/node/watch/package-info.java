/// Who watches which keys, and how each of them comes to see every change once and in order.
@NullMarked
package io.quorate.node.watch;

import org.jspecify.annotations.NullMarked;
