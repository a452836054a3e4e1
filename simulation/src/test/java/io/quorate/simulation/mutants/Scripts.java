package io.quorate.simulation.mutants;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/// Plays scripted tests, of any module, on the code of a mutant.
final class Scripts {
  /// See `Scenario`.
  private static final String UNWATCHED = "scenarios.unwatched";

  private final MutantLoader loader;

  Scripts(MutantLoader loader) {
    this.loader = loader;
  }

  /// The names of those tests that fail: method, then what a test with parameters calls this one.
  /// They fail by what they demand themselves, or by what production code refuses: nobody watches
  /// but where a test does so itself, and one that fails before its scenario begins tells nothing.
  ///
  /// @param test a class
  List<String> failing(String test) throws ClassNotFoundException {
    var failures = new Failures();
    var request =
        LauncherDiscoveryRequestBuilder.request().selectors(selectClass(loader.loadClass(test)));
    System.setProperty(UNWATCHED, "true");
    try {
      LauncherFactory.create().execute(request.build(), failures);
    } finally {
      System.clearProperty(UNWATCHED);
    }
    if (failures.played == 0) {
      throw new IllegalStateException(test + " has no tests");
    }
    return failures.names;
  }

  private static final class Failures implements TestExecutionListener {
    final List<String> names = new ArrayList<>();
    int played;

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      played += test.isTest() ? 1 : 0;
      if (result.getThrowable().filter(thrown -> !isBeforeItBegan(thrown)).isPresent()) {
        names.add(test.getLegacyReportingName() + " " + test.getDisplayName());
      }
    }

    private static boolean isBeforeItBegan(Throwable thrown) {
      return Stream.of(thrown.getStackTrace())
          .anyMatch(frame ->
              frame.getClassName().endsWith(".Scenario") && frame.getMethodName().equals("begin"));
    }
  }
}
