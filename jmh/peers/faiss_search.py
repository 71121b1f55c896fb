"""faiss' side of a search duel: inner product, one thread, IVF with 4-bit fast scan or 8-bit codes, exact re-rank.

usage: python faiss_search.py --base F --asked F --tune F --truth F --k K --nlist N[-N...] [--build-threads N]

Builds every index that may win, keeps the Pareto front of their parameters by batches of the queries to tune by, and says on
stdout, as a line of JSON, what it has; then answers commands from stdin with a line of JSON each: "single E" answers the
asked queries one at a time, "batch E" all at once, "accept FILE" finds the front anew for searches among the vectors that have
a byte 1 in the file; their true neighbours are in the file of the truth by then. It ends with stdin. Times are taken here,
around faiss' own call.
"""

import argparse
import json
import sys
import time

import faiss
import numpy as np

PROBES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)
DEPTHS = (2, 3, 5, 8, 12, 20, 32, 50, 80)


def read(path, kind):
    rows = np.fromfile(path, np.int32)
    return np.ascontiguousarray(rows.reshape(-1, rows[0] + 1)[:, 1:]).view(kind)


def note(text):
    print("faiss:", text, file=sys.stderr, flush=True)


def timed(action):
    begin = time.perf_counter_ns()
    result = action()
    return time.perf_counter_ns() - begin, result


class Built:
    """An index with exact re-rank behind it."""

    def __init__(self, base, nlist, code, unit):
        n, d = base.shape
        self.name = f"IVF{nlist},{code}"
        begin = time.perf_counter()
        self.quantizer = faiss.IndexFlatIP(d)
        m, bits = code[2:].removesuffix("fs").split("x")
        kind = faiss.IndexIVFPQFastScan if code.endswith("fs") else faiss.IndexIVFPQ
        self.lists = kind(self.quantizer, d, nlist, int(m), int(bits), faiss.METRIC_INNER_PRODUCT)
        self.lists.by_residual = True
        self.lists.cp.spherical = unit
        self.lists.cp.niter = 10
        self.lists.cp.max_points_per_centroid = 64
        self.lists.train(base)
        self.lists.add(base)
        self.index = faiss.IndexRefineFlat(self.lists, faiss.swig_ptr(base))
        self.seconds = time.perf_counter() - begin
        self.bytes = n * (self.lists.code_size + 8 + 4 * d) + 4 * nlist * d
        note(f"built {self.name} in {self.seconds:.1f} s")

    def effort(self, probe, depth, accepted):
        """What a search takes. Made once, as is fair to single queries."""
        lists = faiss.SearchParametersIVF(nprobe=probe, sel=accepted)
        return faiss.IndexRefineSearchParameters(k_factor=depth, base_index_params=lists)

    def search(self, queries, k, effort):
        return self.index.search(queries, k, params=effort)[1]


def recall(found, truth, k):
    return float(np.mean([len(np.intersect1d(f, t[:k])) for f, t in zip(found, truth)]) / k)


def front(tried):
    """Those that none beats in both recall and time, by ascending recall."""
    kept = []
    best = float("inf")
    for point in sorted(tried, key=lambda p: (-p["recall"], p["nanos"])):
        if point["nanos"] < best:
            best = point["nanos"]
            kept.append(point)
    return kept[::-1]


def codes(d):
    usual = [f"PQ{d}x4fs", f"PQ{d // 2}x4fs", f"PQ{d // 2}x8"]
    return [code for code in usual if d % int(code[2:].split("x")[0]) == 0]


def best(indexes, tune, truth, k, accepted):
    """The front of all indexes, but for what finds too little."""
    tried = []
    for built in indexes:
        most = 0
        for depth in DEPTHS:
            before, most = most, 0
            for probe in PROBES:
                effort = built.effort(probe, depth, accepted)
                built.search(tune[:200], k, effort)
                nanos, found = timed(lambda: built.search(tune, k, effort))
                name = f"{built.name}, nprobe {probe}, rerank {depth * k}"
                tried.append(
                    {"built": built, "effort": effort, "name": name, "nanos": nanos, "recall": recall(found, truth, k)}
                )
                most = max(most, tried[-1]["recall"])
                if nanos > 400_000 * len(tune):
                    break  # 0.4 milliseconds a query and more: others are faster
            if most < before + 0.001:
                break  # a deeper re-rank finds no more
    return [point for point in front(tried) if point["recall"] >= 0.7]


def facts(kept):
    owner = max(kept, key=lambda point: point["recall"])["built"]
    return {
        "name": "faiss",
        "buildSeconds": owner.seconds,
        "bytes": owner.bytes,
        "efforts": [point["name"] for point in kept],
    }


def main():
    parser = argparse.ArgumentParser()
    for name in ("base", "asked", "tune", "truth", "nlist"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--k", type=int, required=True)
    parser.add_argument("--build-threads", type=int, default=1)
    chosen = parser.parse_args()
    k = chosen.k
    base = read(chosen.base, np.float32)
    asked = read(chosen.asked, np.float32)
    tune = read(chosen.tune, np.float32)
    truth = read(chosen.truth, np.int32)
    faiss.omp_set_num_threads(chosen.build_threads)
    faiss.cvar.distance_compute_blas_threshold = 1  # BLAS for small batches too: faster for faiss
    unit = bool(np.allclose(np.linalg.norm(base[:10000], axis=1), 1, atol=1e-3))
    note(f"faiss {faiss.__version__}, {faiss.get_compile_options().strip()}, vectors of length 1: {unit}")
    indexes = [
        Built(base, nlist, code, unit)
        for nlist in map(int, chosen.nlist.split("-"))
        for code in codes(base.shape[1])
    ]
    faiss.omp_set_num_threads(1)
    kept = best(indexes, tune, truth, k, None)
    print(json.dumps(facts(kept)), flush=True)
    rows = [asked[i : i + 1] for i in range(len(asked))]
    for line in sys.stdin:
        way, what = line.split()
        if way == "accept":
            bits = np.packbits(np.fromfile(what, np.uint8), bitorder="little")
            accepted = faiss.IDSelectorBitmap(len(base), faiss.swig_ptr(bits))
            kept = best(indexes, tune, read(chosen.truth, np.int32), k, accepted)
            print(json.dumps(facts(kept)), flush=True)
            continue
        built, effort = kept[int(what)]["built"], kept[int(what)]["effort"]
        if way == "batch":
            nanos, _ = timed(lambda: built.search(asked, k, effort))
            print(json.dumps({"nanos": nanos}), flush=True)
        else:
            answers = [timed(lambda row=row: built.search(row, k, effort)[0]) for row in rows]
            reply = {"nanos": [a[0] for a in answers], "found": [a[1].tolist() for a in answers]}
            print(json.dumps(reply), flush=True)


main()
