/**
 * The demo: the whole way from text files to recommendations, told to somebody who sees it for the first time.
 *
 * <p>{@link io.dovetail.app.demo.Demo} goes it step by step. Nothing in here prints: a
 * {@link io.dovetail.app.progress.Narrator} is told what happens.
 */
@NullMarked
package io.dovetail.app.demo;

import org.jspecify.annotations.NullMarked;
