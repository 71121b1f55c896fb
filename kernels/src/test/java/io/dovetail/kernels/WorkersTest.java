package io.dovetail.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class WorkersTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void each_task_runs_once_on_a_worker_of_the_team(int threads) {
        try (Workers workers = Workers.of(threads)) {
            assertEquals(threads, workers.threads());
            for (int count : new int[] {0, 1, 2, 3, 100}) {
                AtomicIntegerArray runs = new AtomicIntegerArray(count);
                AtomicInteger strangers = new AtomicInteger();
                workers.run(count, (task, worker) -> {
                    runs.incrementAndGet(task);
                    if (worker < 0 || worker >= threads) {
                        strangers.incrementAndGet();
                    }
                });
                for (int task = 0; task < count; task++) {
                    assertEquals(1, runs.get(task), "task " + task + " of " + count);
                }
                assertEquals(0, strangers.get());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void blocks_cover_the_rows_by_a_rule_that_knows_no_threads(int threads) {
        try (Workers workers = Workers.of(threads)) {
            for (int rows : new int[] {0, 1, 15, 16, 17, 100}) {
                int[] owner = new int[rows];
                workers.forEachBlock(rows, 16, (from, to) -> Arrays.fill(owner, from, to, from + 1));
                for (int row = 0; row < rows; row++) {
                    assertEquals(row / 16 * 16 + 1, owner[row]);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 7})
    void many_small_runs_end_and_never_meet_the_task_of_another_run(int threads) {
        try (Workers workers = Workers.of(threads)) {
            for (int run = 0; run < 5_000; run++) {
                int count = 2 + run % 5;
                int[] results = new int[count];
                int stamp = run + 1;
                workers.run(count, (task, worker) -> results[task] += stamp + task);
                int[] expected = new int[count];
                Arrays.setAll(expected, task -> stamp + task);
                assertArrayEquals(expected, results, "run " + run);
            }
        }
    }

    @Test
    void workers_that_parked_are_woken() throws InterruptedException {
        try (Workers workers = Workers.of(3)) {
            for (int run = 0; run < 20; run++) {
                CountDownLatch all = new CountDownLatch(3); // ends only if three tasks run at once
                workers.run(3, (task, worker) -> await(all));
                Thread.sleep(5);
            }
        }
    }

    private static void await(CountDownLatch latch) {
        latch.countDown();
        assertDoesNotThrow(() -> latch.await());
    }

    @Test
    void the_caller_waits_for_tasks_that_outlast_its_spinning() {
        try (Workers workers = Workers.of(2)) {
            for (int run = 0; run < 5; run++) {
                AtomicInteger ended = new AtomicInteger();
                CountDownLatch both = new CountDownLatch(2);
                workers.run(2, (task, worker) -> {
                    await(both);
                    if (worker == 1) {
                        assertDoesNotThrow(() -> Thread.sleep(20));
                    }
                    ended.incrementAndGet();
                });
                assertEquals(2, ended.get());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void what_a_task_throws_reaches_the_caller_and_the_team_works_on(int threads) {
        try (Workers workers = Workers.of(threads)) {
            for (int run = 0; run < 200; run++) {
                RuntimeException exception = new IllegalArgumentException("task 3");
                assertSame(
                        exception,
                        assertThrows(
                                RuntimeException.class,
                                () -> workers.run(20, (task, worker) -> {
                                    if (task == 3) {
                                        throw exception;
                                    }
                                })));
                AssertionError error = new AssertionError("task 0");
                assertSame(
                        error,
                        assertThrows(
                                AssertionError.class,
                                () -> workers.run(2, (task, worker) -> {
                                    if (task == 0) {
                                        throw error;
                                    }
                                })));
                AtomicInteger ran = new AtomicInteger();
                workers.run(20, (task, worker) -> ran.incrementAndGet());
                assertEquals(20, ran.get());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void a_run_inside_a_run_is_refused_whatever_its_size(int threads) {
        try (Workers workers = Workers.of(threads)) {
            for (int inner : new int[] {0, 1, 5}) {
                assertMessage(
                        "one run at a time", () -> workers.run(3, (task, worker) -> workers.run(inner, (t, w) -> {})));
                assertMessage(
                        "one run at a time",
                        () -> workers.forEachBlock(9, 4, (from, to) -> workers.forEachBlock(inner, 4, (f, t) -> {})));
            }
            workers.run(3, (task, worker) -> {});
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void closing_twice_is_closing_once_and_then_no_run_starts(int threads) {
        Workers workers = Workers.of(threads);
        assertMessage("closed during a run", () -> workers.run(4, (task, worker) -> workers.close()));
        workers.run(4, (task, worker) -> {});
        workers.close();
        workers.close();
        assertMessage("workers: closed", () -> workers.run(1, (task, worker) -> {}));
        assertMessage("workers: closed", () -> workers.forEachBlock(3, 4, (from, to) -> {}));
        assertThrows(IllegalStateException.class, () -> workers.scratch(0).fill((byte) 0));
    }

    @Test
    void each_worker_has_scratch_memory_of_its_own() {
        try (Workers workers = Workers.of(3)) {
            for (int worker = 0; worker < 3; worker++) {
                assertEquals(Workers.SCRATCH_BYTES, workers.scratch(worker).byteSize());
                assertEquals(0, workers.scratch(worker).address() % 64);
                for (int other = 0; other < worker; other++) {
                    assertTrue(workers.scratch(worker)
                            .asOverlappingSlice(workers.scratch(other))
                            .isEmpty());
                }
            }
        }
    }

    @Test
    void a_task_can_run_kernels_on_its_own_worker() {
        try (Workers workers = Workers.of(3)) {
            int[] sums = new int[20];
            workers.run(20, (task, worker) -> {
                Workers own = workers.member(worker);
                assertSame(workers.scratch(worker), own.scratch(0));
                own.run(task, (part, alone) -> sums[task] += 1 + alone);
                own.close();
                own.forEachBlock(7, 3, (from, to) -> sums[task] += to - from);
            });
            for (int task = 0; task < 20; task++) {
                assertEquals(task + 7, sums[task]);
            }
        }
    }

    @Test
    void a_team_of_none_is_refused() {
        String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> Workers.of(0))
                .getMessage());
        assertTrue(message.contains("got 0"), message);
    }

    private static void assertMessage(String part, Runnable call) {
        String message = String.valueOf(
                assertThrows(IllegalStateException.class, call::run).getMessage());
        assertTrue(message.contains(part), message);
    }
}
