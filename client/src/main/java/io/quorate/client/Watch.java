package io.quorate.client;

/// What is to be watched.
///
/// @param revision the first whose changes are told; 0: those from now on
/// @param previous whether events tell what stood there before
/// @param puts whether puts are told
/// @param deletions whether deletions are told
/// @param progress whether the server says from time to time how far it is while there is nothing
///   to tell
public record Watch(
    KeyRange range,
    long revision,
    boolean previous,
    boolean puts,
    boolean deletions,
    boolean progress) {

  public static Watch of(KeyRange range) {
    return new Watch(range, 0, false, true, true, false);
  }

  public Watch from(long someRevision) {
    return new Watch(range, someRevision, previous, puts, deletions, progress);
  }

  public Watch previous(boolean wanted) {
    return new Watch(range, revision, wanted, puts, deletions, progress);
  }

  public Watch puts(boolean wanted) {
    return new Watch(range, revision, previous, wanted, deletions, progress);
  }

  public Watch deletions(boolean wanted) {
    return new Watch(range, revision, previous, puts, wanted, progress);
  }

  public Watch progress(boolean wanted) {
    return new Watch(range, revision, previous, puts, deletions, wanted);
  }
}
