package io.quorate.journal;

import java.util.List;

/// The files of one node: a port. Names are relative, with `/` between directory and file.
///
/// Every method may throw [DiskException], and that ends the node: after a failed write or force
/// nobody knows what the disk holds, so nothing is ever tried again (fsync, "Can Applications
/// Recover from fsync Failures?", ATC 2020).
public interface Disk extends AutoCloseable {
  /// The files in a directory, ascending by name; none if there is no such directory.
  List<String> list(String directory);

  /// Opens a file, creating it and its directory where they are missing. A new file's name survives
  /// a crash only after [#forceDirectory].
  File open(String name);

  /// Renames within a directory, replacing what had the name. Survives a crash only after
  /// [#forceDirectory].
  void rename(String from, String to);

  /// Survives a crash only after [#forceDirectory].
  void delete(String name);

  /// Makes the names in a directory durable.
  void forceDirectory(String directory);

  /// Runs work on files that nobody waits for, without holding up the loop or a flush.
  ///
  /// @param work runs elsewhere, or later; uses files that nothing else uses meanwhile
  /// @param done runs on the owner's loop, never within this call
  void inBackground(Runnable work, Runnable done);

  /// Bytes that may still be written.
  long freeSpace();

  @Override
  void close();

  /// An open file.
  interface File extends AutoCloseable {
    long length();

    /// Reads up to `count` bytes; fewer only where the file ends.
    ///
    /// @return how many were read
    int read(long position, byte[] into, int offset, int count);

    /// Writes without making anything durable.
    void write(long position, byte[] from, int offset, int count);

    /// Writes zeros up to a length, durably, in small steps.
    ///
    /// @param gently with rests in between, so that flushes of other files get through
    void zeroFill(long from, long to, boolean gently);

    /// Makes all that was written durable, the length included.
    void force();

    /// Writes and makes durable, in one operation. At most one is under way; the bytes must stay as
    /// they are until it is done.
    ///
    /// @param mayBlock whether this call may take the time that a flush takes
    /// @param done runs on the owner's loop, never within this call, if false is returned
    /// @return whether the bytes are durable already
    boolean append(
        long position, byte[] from, int offset, int count, boolean mayBlock, Runnable done);

    @Override
    void close();
  }
}
