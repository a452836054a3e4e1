/// The node's write-ahead log on disk, shared by all its replicas, and the identity of that disk.
///
/// [Journal] collects items into frames and writes one frame per flush; [Segments] keeps the files;
/// [Frame] is the byte form, [Scan] reads it back and tells a torn tail from damage. [Disk] is the
/// port under all of it.
@NullMarked
package io.quorate.journal;

import org.jspecify.annotations.NullMarked;
