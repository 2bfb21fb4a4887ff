#include "replay/byte_sink.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

namespace tickweir::replay {

namespace {

using codecs::Bytes;
namespace fs = std::filesystem;

constexpr std::size_t buffer_bytes = std::size_t{256} * 1024;
constexpr int gzip_level = 6;
constexpr int zstd_level = 3;
constexpr int fast_level = 1;  // of either

std::string errno_text(int error) {
    return std::generic_category().message(error);
}

struct FreeZstd {
    void operator()(ZSTD_CStream* stream) const { ZSTD_freeCStream(stream); }
};

/// zlib's state with its lifetime.
struct Deflater {
    z_stream stream{};
    bool ready = false;  // deflateInit2 succeeded

    Deflater() = default;
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;
    ~Deflater() {
        if (ready) deflateEnd(&stream);
    }
};

Compression compression_of(const fs::path& path) {
    if (path.extension() == ".gz") return Compression::gzip;
    if (path.extension() == ".zst") return Compression::zstd;
    return Compression::none;
}

/// What becomes of the bytes in the compressor.
enum class Flush : std::uint8_t {
    none,  ///< they stay as long as it likes
    sync,  ///< what was written can be read
    end,   ///< the file is whole
};

/// A name beside `target` that no other process or sink uses.
fs::path temporary_name(const fs::path& target) {
    static std::atomic<unsigned> counter{0};  // any order will do: only distinct values matter
    fs::path name = target;
    name += ".part-" + std::to_string(::getpid()) + "-" +
            std::to_string(counter.fetch_add(1, std::memory_order_relaxed));
    return name;
}

}  // namespace

struct ByteSink::State {
    ~State() {
        if (descriptor >= 0) ::close(descriptor);
        if (!temporary.empty() && !published && !options.keep_unfinished)
            ::unlink(temporary.c_str());
    }

    bool start();
    int open();
    void flush(Flush mode);
    void deflate_all(Bytes bytes, Flush mode);
    void compress_all(Bytes bytes, Flush mode);
    void put(Bytes bytes);
    void fail(std::string what) {
        if (error.empty()) error = path.string() + ": " + std::move(what);
    }

    SinkOptions options;
    fs::path path;       // as given
    fs::path target;     // with symbolic links followed
    fs::path temporary;  // empty: `target` is written to directly
    int descriptor = -1;
    bool published = false;
    Compression compression = Compression::none;
    std::vector<std::byte> buffer;  // taken, not compressed yet
    std::vector<std::byte> packed;  // room for what a compressor gives
    std::uint64_t taken = 0;
    std::string error;
    Deflater deflater;
    std::unique_ptr<ZSTD_CStream, FreeZstd> zstd;
};

bool ByteSink::State::start() {
    buffer.reserve(buffer_bytes);
    compression = compression_of(path);
    if (compression == Compression::none) return true;
    packed.resize(buffer_bytes);
    if (compression == Compression::gzip) {
        // 16 + 15: a gzip header, which zlib writes without time and name.
        deflater.ready = deflateInit2(&deflater.stream, options.fast ? fast_level : gzip_level,
                                      Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK;
        return deflater.ready;
    }
    zstd.reset(ZSTD_createCStream());
    if (!zstd) return false;
    const auto set = [&](ZSTD_cParameter parameter, int value) {
        return ZSTD_isError(ZSTD_CCtx_setParameter(zstd.get(), parameter, value)) == 0;
    };
    return set(ZSTD_c_compressionLevel, options.fast ? fast_level : zstd_level) &&
           set(ZSTD_c_checksumFlag, 1);
}

void ByteSink::State::put(Bytes bytes) {
    while (error.empty() && !bytes.empty()) {
        const ssize_t done = ::write(descriptor, bytes.data(), bytes.size());
        if (done >= 0)
            bytes = bytes.subspan(static_cast<std::size_t>(done));
        else if (errno != EINTR)
            fail(errno_text(errno));
    }
}

void ByteSink::State::deflate_all(Bytes bytes, Flush mode) {
    z_stream& stream = deflater.stream;
    // zlib's interface lacks a const; it does not write there.
    stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    const int wanted = mode == Flush::end    ? Z_FINISH
                       : mode == Flush::sync ? Z_SYNC_FLUSH
                                             : Z_NO_FLUSH;
    do {
        stream.next_out = reinterpret_cast<Bytef*>(packed.data());
        stream.avail_out = static_cast<uInt>(packed.size());
        // Cannot fail: the state is ours, and there is room.
        static_cast<void>(deflate(&stream, wanted));
        put(Bytes{packed}.first(packed.size() - stream.avail_out));
    } while (error.empty() && stream.avail_out == 0);
}

void ByteSink::State::compress_all(Bytes bytes, Flush mode) {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    const ZSTD_EndDirective wanted = mode == Flush::end    ? ZSTD_e_end
                                     : mode == Flush::sync ? ZSTD_e_flush
                                                           : ZSTD_e_continue;
    std::size_t held = 0;
    do {
        ZSTD_outBuffer out{packed.data(), packed.size(), 0};
        held = ZSTD_compressStream2(zstd.get(), &out, &in, wanted);
        if (ZSTD_isError(held) != 0) return fail(std::string{"zstd: "} + ZSTD_getErrorName(held));
        put(Bytes{packed}.first(out.pos));
    } while (error.empty() && (in.pos < in.size || (mode != Flush::none && held != 0)));
}

void ByteSink::State::flush(Flush mode) {
    const Bytes bytes{buffer};
    switch (compression) {
        case Compression::none:
            put(bytes);
            break;
        case Compression::gzip:
            deflate_all(bytes, mode);
            break;
        case Compression::zstd:
            compress_all(bytes, mode);
            break;
    }
    buffer.clear();
}

/// Opens what is written to; -1 with errno where that does not go.
int ByteSink::State::open() {
    std::error_code ignored;  // a path that cannot be resolved fails at the opening below
    const auto resolved = fs::canonical(path, ignored);
    target = ignored ? path : resolved;
    const auto kind = fs::status(target, ignored).type();
    const bool direct = kind != fs::file_type::regular && kind != fs::file_type::not_found &&
                        kind != fs::file_type::none;
    if (direct) return ::open(target.c_str(), O_WRONLY | O_CLOEXEC);
    fs::path beside = temporary_name(target);
    if (options.keep_unfinished) {
        beside = target;
        beside += ".part";
    }
    const int opened = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (opened < 0) return opened;
    temporary = std::move(beside);
    // Looked at behind the opening, whose name keeps others out that would make this file.
    if (options.keep_unfinished && fs::exists(fs::symlink_status(target, ignored))) {
        options.keep_unfinished = false;
        ::close(opened);
        errno = EEXIST;
        return -1;
    }
    return opened;
}

Result<ByteSink> ByteSink::create(const fs::path& path, SinkOptions options) {
    if (path.empty()) return errno_text(ENOENT) + ": the name is empty";
    auto state = std::make_unique<State>();
    state->options = options;
    state->path = path;
    state->descriptor = state->open();
    if (state->descriptor < 0) return path.string() + ": " + errno_text(errno);
    if (!state->start()) return path.string() + ": out of memory";
    return ByteSink{std::move(state)};
}

ByteSink::ByteSink(std::unique_ptr<State> state) : state_{std::move(state)} {}
ByteSink::ByteSink(ByteSink&&) noexcept = default;
ByteSink& ByteSink::operator=(ByteSink&&) noexcept = default;
ByteSink::~ByteSink() = default;

void ByteSink::write(Bytes bytes) {
    State& state = *state_;
    if (!state.error.empty()) return;
    state.taken += bytes.size();
    while (!bytes.empty()) {
        const std::size_t some = std::min(bytes.size(), buffer_bytes - state.buffer.size());
        state.buffer.insert(state.buffer.end(), bytes.begin(),
                            bytes.begin() + static_cast<std::ptrdiff_t>(some));
        bytes = bytes.subspan(some);
        if (state.buffer.size() == buffer_bytes) state.flush(Flush::none);
    }
}

void ByteSink::flush() {
    State& state = *state_;
    if (!state.error.empty()) return;
    state.flush(Flush::sync);
    struct stat now {};
    const bool removed =
        state.options.keep_unfinished && ::fstat(state.descriptor, &now) == 0 && now.st_nlink == 0;
    if (removed && state.error.empty()) state.fail("somebody removed it");
}

void ByteSink::discard() {
    state_->options.keep_unfinished = false;
}

std::uint64_t ByteSink::position() const {
    return state_->taken;
}

bool ByteSink::ok() const {
    return state_->error.empty();
}

void ByteSink::fail(std::string what) {
    state_->fail(std::move(what));
}

Result<void> ByteSink::finish() {
    State& state = *state_;
    if (state.error.empty()) state.flush(Flush::end);
    if (::close(std::exchange(state.descriptor, -1)) != 0 && state.error.empty())
        state.fail(errno_text(errno));
    if (state.error.empty() && !state.temporary.empty() &&
        ::rename(state.temporary.c_str(), state.target.c_str()) != 0)
        state.fail(errno_text(errno));
    if (!state.error.empty()) return state.error;
    state.published = true;
    return {};
}

}  // namespace tickweir::replay
