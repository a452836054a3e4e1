/// What `quorate compare` measures, how it is judged, and how it is shown.
@NullMarked
package io.quorate.cli.compare;

import org.jspecify.annotations.NullMarked;
