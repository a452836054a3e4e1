package io.quorate.simulation.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.simulation.history.KvAnswer.OfDelete;
import io.quorate.simulation.history.KvAnswer.OfPut;
import io.quorate.simulation.history.KvAnswer.OfRange;
import io.quorate.simulation.history.KvAnswer.Told;
import io.quorate.simulation.history.KvHistory.Call;
import io.quorate.simulation.history.KvRequest.Condition;
import io.quorate.simulation.history.KvRequest.Delete;
import io.quorate.simulation.history.KvRequest.Found;
import io.quorate.simulation.history.KvRequest.Keys;
import io.quorate.simulation.history.KvRequest.Put;
import io.quorate.simulation.history.KvRequest.Range;
import io.quorate.simulation.history.KvRequest.Step;
import io.quorate.simulation.history.KvRequest.Target;
import io.quorate.simulation.watch.Moments;
import io.quorate.simulation.watch.ViolationException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// One planted history per kind of anomaly: each must be found, under the promise that it breaks.
/// Beside most of them stands the history that can be, and differs in little.
class KvHistoryTest {
  private static final Keys ALL = new Keys("a", "z");

  private final KvHistory history = new KvHistory();

  private Call begin(long call, KvRequest request) {
    return history.begin(call, 0, request);
  }

  private void put(long call, long end, String key, String value, long revision) {
    begin(call, KvRequest.of(new Put(key, value, false)))
        .answered(end, KvAnswer.of(revision, new OfPut(null)));
  }

  private void delete(long call, long end, String key, long count, long revision) {
    begin(call, KvRequest.of(new Delete(Keys.one(key), false)))
        .answered(end, KvAnswer.of(revision, new OfDelete(count, null)));
  }

  private static Found found(String key, String value, long revision) {
    return new Found(key, value, revision);
  }

  private static OfRange of(Found... found) {
    return new OfRange(List.of(found), found.length, false);
  }

  private void get(long call, long end, String key, long revision, Found... found) {
    begin(call, KvRequest.read(new Range(Keys.one(key), 0, 0), false))
        .answered(end, KvAnswer.of(revision, of(found)));
  }

  private void stale(int life, long call, long end, String key, long revision, Found... found) {
    history
        .begin(call, life, KvRequest.read(new Range(Keys.one(key), 0, 0), true))
        .answered(end, KvAnswer.of(revision, of(found)));
  }

  private void range(long call, long end, long revision, Found... found) {
    begin(call, KvRequest.read(new Range(ALL, 0, 0), false))
        .answered(end, KvAnswer.of(revision, of(found)));
  }

  private Call unknownPut(long call, String key, String value) {
    return begin(call, KvRequest.of(new Put(key, value, false)));
  }

  private Call unknownDelete(long call, String key) {
    return begin(call, KvRequest.of(new Delete(Keys.one(key), false)));
  }

  private static KvRequest swap(String key, @Nullable Found expected, String value) {
    return swap(Target.REVISION, key, expected, value);
  }

  private static KvRequest swap(Target target, String key, @Nullable Found expected, String value) {
    return new KvRequest(
        List.of(new Condition(key, target, expected)),
        List.of(new Put(key, value, false)),
        List.of(new Range(Keys.one(key), 0, 0)),
        false);
  }

  private static KvRequest together(Step... steps) {
    return new KvRequest(List.of(), List.of(steps), List.of(), false);
  }

  private static KvAnswer answer(long revision, Told... told) {
    return new KvAnswer(revision, true, List.of(told));
  }

  private void isFine() {
    assertThatCode(() -> RevisionCheck.verify(history, new Moments())).doesNotThrowAnyException();
  }

  private void breaks(String promise, String what) {
    assertThatThrownBy(() -> RevisionCheck.verify(history, new Moments()))
        .isInstanceOf(ViolationException.class)
        .hasMessageContaining(what)
        .extracting(e -> ((ViolationException) e).invariant())
        .isEqualTo(promise);
  }

  private void hasOrder(String key, RegisterSearch.Verdict verdict) {
    var ops = RegisterOp.on(key, history.calls());
    assertThat(ops).isNotNull();
    if (ops != null) {
      assertThat(RegisterSearch.search(ops, 2_000, 100_000)).isEqualTo(verdict);
    }
  }

  private void hasNoOrder(String key) {
    hasOrder(key, RegisterSearch.Verdict.IMPOSSIBLE);
  }

  @Test
  void calls() {
    put(1, 2, "a", "v1", 2);
    get(3, 4, "a", 2, found("a", "v1", 2));
    begin(5, swap("a", found("a", "v1", 2), "v2")).answered(6, answer(3, new OfPut(null)));
    delete(7, 8, "a", 1, 4);
    get(9, 10, "a", 4);
    delete(11, 12, "a", 0, 4);
    isFine();
    hasOrder("a", RegisterSearch.Verdict.POSSIBLE);
  }

  @Test
  void staleRead() {
    put(1, 2, "a", "v1", 2);
    put(3, 4, "a", "v2", 3);
    get(5, 6, "a", 2, found("a", "v1", 2));
    breaks("C7", "had been told before this began");
    hasNoOrder("a");
  }

  @Test
  void aReadThatOverlapsAWriteMaySeeEither() {
    put(1, 2, "a", "v1", 2);
    put(3, 7, "a", "v2", 3);
    get(4, 5, "a", 2, found("a", "v1", 2));
    isFine();
    hasOrder("a", RegisterSearch.Verdict.POSSIBLE);
  }

  @Test
  void staleReadAfterAReadThatSawMore() {
    put(1, 2, "a", "v1", 2);
    put(3, 9, "a", "v2", 3);
    get(4, 5, "a", 3, found("a", "v2", 3));
    get(6, 7, "a", 2, found("a", "v1", 2));
    breaks("C7", "had been told before this began");
    hasNoOrder("a");
  }

  @Test
  void staleReadUnderAFreshRevision() {
    put(1, 2, "a", "v1", 2);
    put(3, 4, "a", "v2", 3);
    get(5, 6, "a", 3, found("a", "v1", 2));
    breaks("C7", "where the last at 3 is v2");
    hasNoOrder("a");
  }

  @Test
  void lostWrite() {
    put(1, 2, "a", "v1", 2);
    get(3, 4, "a", 2);
    breaks("C7", "nobody can have deleted it");
    hasNoOrder("a");
  }

  @Test
  void writeTwice() {
    put(1, 2, "a", "v1", 2);
    put(3, 4, "a", "v2", 3);
    get(5, 6, "a", 4, found("a", "v1", 4));
    breaks("C6", "took effect at 4 also");
    hasNoOrder("a");
  }

  @Test
  void valueThatNobodyWrote() {
    put(1, 2, "a", "v1", 2);
    get(3, 4, "a", 3, found("a", "v9", 3));
    breaks("C5", "nobody ever put");
    hasNoOrder("a");
  }

  @Test
  void valueOfAnotherKey() {
    put(1, 2, "a", "v1", 2);
    get(3, 4, "b", 2, found("b", "v1", 2));
    breaks("C5", "nobody ever put");
    hasNoOrder("b");
  }

  @Test
  void valueOfACallThatWasRefused() {
    unknownPut(1, "a", "v1").refused(2);
    get(3, 4, "a", 2, found("a", "v1", 2));
    breaks("C5", "refused took effect");
    hasNoOrder("a");
  }

  @Test
  void valueFromTheFuture() {
    get(1, 2, "a", 2, found("a", "v1", 2));
    put(3, 4, "a", "v1", 2);
    breaks("C13", "had been told before this began");
    hasNoOrder("a");
  }

  @Test
  void sharedRevision() {
    put(1, 2, "a", "v1", 2);
    put(1, 2, "b", "v2", 2);
    breaks("C13", "two writes at revision 2");
  }

  @Test
  void revisionThatNobodyTook() {
    put(1, 2, "a", "v1", 2);
    put(3, 4, "a", "v2", 4);
    breaks("C13", "nobody can have written at revision 3");
  }

  @Test
  void revisionThatACallOfUnknownOutcomeMayHaveTaken() {
    put(1, 2, "a", "v1", 2);
    unknownPut(3, "b", "v2");
    put(4, 5, "a", "v3", 4);
    isFine();
  }

  @Test
  void revisionThatACallOfUnknownOutcomeCameTooLateFor() {
    put(1, 2, "a", "v1", 2);
    put(3, 4, "a", "v3", 4);
    unknownPut(5, "b", "v2");
    breaks("C13", "nobody can have written at revision 3");
  }

  @Test
  void revisionsAgainstRealTime() {
    put(1, 2, "a", "v1", 3);
    put(3, 4, "b", "v2", 2);
    breaks("C13", "had been told before this began");
  }

  @Test
  void swapThatSucceededThoughItsConditionDidNotHold() {
    put(1, 2, "a", "v1", 2);
    put(3, 4, "a", "v2", 3);
    begin(5, swap("a", found("a", "v1", 2), "v3")).answered(6, answer(4, new OfPut(null)));
    breaks("C5", "did not hold");
    hasNoOrder("a");
  }

  @Test
  void swapOfAValueThatSucceededThoughItsConditionDidNotHold() {
    put(1, 2, "a", "v1", 2);
    put(3, 4, "a", "v2", 3);
    begin(5, swap(Target.VALUE, "a", found("a", "v1", 2), "v3"))
        .answered(6, answer(4, new OfPut(null)));
    breaks("C5", "did not hold");
    hasNoOrder("a");
  }

  @Test
  void swapOfNothingThatSucceededThoughThereWasSomething() {
    put(1, 2, "a", "v1", 2);
    begin(3, swap("a", null, "v3")).answered(4, answer(3, new OfPut(null)));
    breaks("C5", "nobody can have deleted it");
    hasNoOrder("a");
  }

  @Test
  void swapThatFailedThoughItsConditionHeld() {
    put(1, 2, "a", "v1", 2);
    begin(3, swap("a", found("a", "v1", 2), "v3"))
        .answered(4, new KvAnswer(2, false, List.of(of(found("a", "v1", 2)))));
    breaks("C5", "all conditions held");
    hasNoOrder("a");
  }

  @Test
  void swapOfNothingThatFailedThoughThereWasNothing() {
    begin(3, swap("a", null, "v3")).answered(4, new KvAnswer(1, false, List.of(of())));
    breaks("C5", "all conditions held");
    hasNoOrder("a");
  }

  @Test
  void valueOfTheOtherBranch() {
    put(1, 2, "a", "v1", 2);
    begin(3, swap("a", null, "v3"))
        .answered(4, new KvAnswer(2, false, List.of(of(found("a", "v1", 2)))));
    get(5, 6, "a", 3, found("a", "v3", 3));
    breaks("C5", "put what");
    hasNoOrder("a");
  }

  @Test
  void tornTransaction() {
    begin(1, together(new Put("a", "v1", false), new Put("b", "v2", false)))
        .answered(2, answer(2, new OfPut(null), new OfPut(null)));
    range(3, 4, 2, found("a", "v1", 2));
    breaks("C7", "nobody can have deleted it");
  }

  @Test
  void transactionWithTwoRevisions() {
    begin(1, together(new Put("a", "v1", false), new Put("b", "v2", false)))
        .answered(2, answer(2, new OfPut(null), new OfPut(null)));
    range(3, 4, 3, found("a", "v1", 2), found("b", "v2", 3));
    breaks("C6", "took effect at 3 also");
  }

  @Test
  void tornTransactionOfUnknownOutcome() {
    begin(1, together(new Put("a", "v1", false), new Put("b", "v2", false)));
    range(3, 4, 2, found("a", "v1", 2));
    breaks("C7", "nobody can have deleted it");
  }

  @Test
  void transactionOfUnknownOutcomeThatDeletesButDidNot() {
    put(1, 2, "b", "v1", 2);
    begin(3, together(new Put("a", "v2", false), new Delete(Keys.one("b"), false)));
    range(4, 5, 3, found("a", "v2", 3), found("b", "v1", 2));
    breaks("C7", "where the last at 3 is nothing");
  }

  @Test
  void transactionThatDoesNotSeeWhatItPut() {
    begin(1, together(new Put("a", "v1", false), new Range(ALL, 0, 0)))
        .answered(2, answer(2, new OfPut(null), of()));
    breaks("C5", "absent after its own put");
  }

  @Test
  void transactionThatSeesWhatItIsYetToPut() {
    begin(1, together(new Range(ALL, 0, 0), new Put("a", "v1", false)))
        .answered(2, answer(2, of(found("a", "v1", 2)), new OfPut(null)));
    breaks("C5", "where the last at 1 is nothing");
  }

  @Test
  void wrongPreviousValue() {
    put(1, 2, "a", "v1", 2);
    put(3, 4, "a", "v2", 3);
    begin(5, KvRequest.of(new Put("a", "v3", true)))
        .answered(6, answer(4, new OfPut(found("a", "v1", 2))));
    breaks("C5", "where the last at 3 is v2");
    hasNoOrder("a");
  }

  @Test
  void deletionOfWhatWasNotThere() {
    delete(1, 2, "a", 1, 2);
    breaks("C5", "deleted 1 keys, not 0");
    hasNoOrder("a");
  }

  @Test
  void deletionThatFoundNothingThoughThereWasSomething() {
    put(1, 2, "a", "v1", 2);
    delete(3, 4, "a", 0, 2);
    breaks("C5", "nobody can have deleted it");
    hasNoOrder("a");
  }

  @Test
  void resurrectedValue() {
    put(1, 2, "a", "v1", 2);
    delete(3, 4, "a", 1, 3);
    get(5, 6, "a", 3, found("a", "v1", 2));
    breaks("C7", "where the last at 3 is nothing");
    hasNoOrder("a");
  }

  @Test
  void resurrectedAfterADeletionOfUnknownOutcome() {
    put(1, 2, "a", "v1", 2);
    unknownDelete(3, "a");
    get(4, 5, "a", 3);
    get(6, 7, "a", 3, found("a", "v1", 2));
    breaks("C7", "was last seen at 3");
    hasNoOrder("a");
  }

  @Test
  void deletionOfUnknownOutcomeExplainsAnAbsence() {
    put(1, 2, "a", "v1", 2);
    unknownDelete(3, "a");
    get(4, 5, "a", 2, found("a", "v1", 2));
    get(6, 7, "a", 3);
    isFine();
    hasOrder("a", RegisterSearch.Verdict.POSSIBLE);
  }

  @Test
  void deletionOfUnknownOutcomeExplainsNoAbsenceBeforeItsCall() {
    put(1, 2, "a", "v1", 2);
    get(3, 4, "a", 2);
    unknownDelete(5, "a");
    breaks("C7", "nobody can have deleted it");
    hasNoOrder("a");
  }

  @Test
  void deletionOfUnknownOutcomeExplainsNoAbsenceOfAnotherKey() {
    put(1, 2, "a", "v1", 2);
    unknownDelete(3, "b");
    get(4, 5, "a", 3);
    breaks("C7", "nobody can have deleted it");
    hasNoOrder("a");
  }

  @Test
  void deletionOfUnknownOutcomeNeedsARevisionOfItsOwn() {
    put(1, 2, "a", "v1", 2);
    unknownDelete(3, "a");
    get(4, 5, "a", 2);
    breaks("C7", "nobody can have deleted it");
  }

  @Test
  void deletionOfUnknownOutcomeExplainsOneAbsenceOnly() {
    put(1, 2, "a", "v1", 2);
    unknownDelete(3, "a");
    get(4, 5, "a", 3);
    put(6, 7, "a", "v2", 4);
    get(8, 9, "a", 5);
    unknownPut(3, "b", "v3");
    breaks("C7", "nobody can have deleted it");
    hasNoOrder("a");
  }

  @Test
  void deletionThatWasRefusedExplainsNothing() {
    put(1, 2, "a", "v1", 2);
    unknownDelete(3, "a").refused(4);
    get(5, 6, "a", 3);
    breaks("C7", "nobody can have deleted it");
    hasNoOrder("a");
  }

  @Test
  void unknownOutcomeSeenAtTwoRevisions() {
    unknownPut(1, "a", "v1");
    get(2, 3, "a", 2, found("a", "v1", 2));
    put(4, 5, "a", "v2", 3);
    get(6, 7, "a", 4, found("a", "v1", 4));
    breaks("C6", "took effect at 2 and at 4");
    hasNoOrder("a");
  }

  @Test
  void unknownOutcomeSeenLate() {
    put(1, 2, "a", "v0", 2);
    unknownPut(3, "a", "v1");
    get(4, 5, "a", 2, found("a", "v0", 2));
    get(6, 7, "a", 3, found("a", "v1", 3));
    isFine();
    hasOrder("a", RegisterSearch.Verdict.POSSIBLE);
  }

  @Test
  void unknownOutcomeAtARevisionFromBeforeItsCall() {
    put(1, 2, "a", "v0", 3);
    unknownPut(3, "a", "v1");
    get(4, 5, "a", 3, found("a", "v0", 3));
    begin(6, KvRequest.read(new Range(Keys.one("a"), 0, 2), false))
        .answered(7, answer(3, of(found("a", "v1", 2))));
    breaks("C13", "had been told before this began");
  }

  @Test
  void pastThatNeverWas() {
    put(1, 2, "a", "v1", 2);
    put(3, 4, "a", "v2", 3);
    begin(5, KvRequest.read(new Range(Keys.one("a"), 0, 2), false))
        .answered(6, answer(3, of(found("a", "v2", 3))));
    breaks("C7", "where the last at 2 is v1");
  }

  @Test
  void rangeThatLacksAKeyBeforeItsLimit() {
    put(1, 2, "a", "v1", 2);
    put(3, 4, "b", "v2", 3);
    begin(5, KvRequest.read(new Range(ALL, 1, 0), false))
        .answered(6, answer(3, new OfRange(List.of(found("b", "v2", 3)), 2, true)));
    breaks("C7", "keys beyond the limit");
  }

  @Test
  void rangeThatCountsWrongly() {
    put(1, 2, "a", "v1", 2);
    put(3, 4, "b", "v2", 3);
    begin(5, KvRequest.read(new Range(ALL, 1, 0), false))
        .answered(6, answer(3, new OfRange(List.of(found("a", "v1", 2)), 3, true)));
    breaks("C7", "2 keys beyond the limit, not 1");
  }

  @Test
  void rangeOutOfOrder() {
    put(1, 2, "a", "v1", 2);
    put(3, 4, "b", "v2", 3);
    range(5, 6, 3, found("b", "v2", 3), found("a", "v1", 2));
    breaks("C7", "out of place");
  }

  @Test
  void aLifeThatGoesBack() {
    put(1, 2, "a", "v1", 2);
    stale(1, 3, 4, "a", 2, found("a", "v1", 2));
    stale(2, 5, 6, "a", 1);
    isFine();
    stale(1, 5, 6, "a", 1);
    breaks("C2", "the same life had told revision 2 before");
  }

  @Test
  void aStaleReadIsStillOfAStateThatWas() {
    put(1, 2, "a", "v1", 2);
    stale(1, 3, 4, "a", 3, found("a", "v1", 2));
    breaks("C13", "nobody can have written at revision 3");
  }

  @Test
  void whatAStaleReadSawNobodyMayMiss() {
    put(1, 9, "a", "v1", 2);
    stale(1, 3, 4, "a", 2, found("a", "v1", 2));
    get(5, 6, "a", 1);
    breaks("C7", "had been told before this began");
  }

  @Test
  void aSearchThatTakesTooLongIsUndecided() {
    for (int i = 0; i < 12; i++) {
      put(1, 100, "a", "v" + i, 2 + i);
    }
    delete(1, 100, "a", 0, 13);
    get(101, 102, "a", 13);
    var ops = RegisterOp.on("a", history.calls());
    assertThat(ops).isNotNull();
    if (ops != null) {
      assertThat(RegisterSearch.search(ops, 2_000, 50)).isEqualTo(RegisterSearch.Verdict.UNDECIDED);
    }
  }

  @Test
  void aKeyThatIsWrittenWithOthersIsNoRegister() {
    begin(1, together(new Put("a", "v1", false), new Put("b", "v2", false)));
    assertThat(RegisterOp.on("a", history.calls())).isNull();
  }
}
