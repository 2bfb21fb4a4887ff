#include "replay/byte_source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

namespace tickweir::replay {

namespace {

using codecs::Bytes;

constexpr std::size_t input_bytes = std::size_t{256} * 1024;

std::string errno_text(int error) {
    return std::generic_category().message(error);
}

bool starts_with(Bytes bytes, std::initializer_list<unsigned> magic) {
    return bytes.size() >= magic.size() &&
           std::equal(magic.begin(), magic.end(), bytes.begin(),
                      [](unsigned a, std::byte b) { return a == std::to_integer<unsigned>(b); });
}

constexpr std::initializer_list<unsigned> gzip_magic{0x1f, 0x8b};

/// A zstd frame, or a skippable one (magic 50..5f 2a 4d 18, RFC 8878 §3.1.2), with which parallel
/// compressors begin.
bool is_zstd(Bytes bytes) {
    return starts_with(bytes, {0x28, 0xb5, 0x2f, 0xfd}) ||
           (bytes.size() >= 4 && (bytes[0] & std::byte{0xf0}) == std::byte{0x50} &&
            starts_with(bytes.subspan(1), {0x2a, 0x4d, 0x18}));
}

/// The file's own bytes, from a descriptor or from memory.
class RawInput {
public:
    RawInput(int descriptor, std::optional<std::uint64_t> total)
        : descriptor_{descriptor}, total_{total} {}
    explicit RawInput(Bytes memory) : memory_{memory}, total_{memory.size()} {}
    RawInput(const RawInput&) = delete;
    RawInput& operator=(const RawInput&) = delete;
    ~RawInput() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }

    /// Fills `out` as far as the file goes; on an error `error()` is not 0.
    std::size_t read(std::span<std::byte> out) {
        std::size_t done = 0;
        if (descriptor_ < 0) {
            done = std::min(out.size(), memory_.size());
            std::copy_n(memory_.begin(), done, out.begin());
            memory_ = memory_.subspan(done);
        }
        while (descriptor_ >= 0 && done < out.size()) {
            const ssize_t got = ::read(descriptor_, out.data() + done, out.size() - done);
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) error_ = errno;
            if (got <= 0) break;
            done += static_cast<std::size_t>(got);
        }
        position_ += done;
        return done;
    }

    int error() const { return error_; }
    std::uint64_t position() const { return position_; }
    std::optional<std::uint64_t> total() const { return total_; }

private:
    int descriptor_ = -1;
    Bytes memory_;
    std::optional<std::uint64_t> total_;
    std::uint64_t position_ = 0;
    int error_ = 0;
};

/// zlib's state with its lifetime.
struct Inflater {
    z_stream stream{};
    bool ready = false;  // inflateInit2 succeeded

    Inflater() = default;
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;
    ~Inflater() {
        if (ready) inflateEnd(&stream);
    }
};

struct FreeZstd {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
};

}  // namespace

struct ByteSource::State {
    explicit State(int descriptor, std::optional<std::uint64_t> total) : raw{descriptor, total} {}
    explicit State(Bytes memory) : raw{memory} {}

    void start();
    ReadResult produce(std::span<std::byte> out);
    std::size_t plain(std::span<std::byte> out);
    std::size_t gunzip(std::span<std::byte> out);
    std::size_t next_member();
    std::size_t unzstd(std::span<std::byte> out);
    bool refill();
    void stop(ReadStatus why, std::string what);

    RawInput raw;
    Compression compression = Compression::none;
    std::vector<std::byte> input;  // read from `raw`
    Bytes pending;                 // part of `input` that is not decompressed yet
    std::vector<std::byte> head;   // produced for `peek`
    std::size_t head_taken = 0;
    Inflater inflater;
    std::unique_ptr<ZSTD_DStream, FreeZstd> zstd;
    std::size_t zstd_start = 0;  // bytes it asks for at the start of a frame
    std::size_t zstd_wants = 0;  // and now
    bool inside = false;         // a gzip member or zstd frame
    std::uint64_t produced = 0;  // by the decompressor
    std::uint64_t delivered = 0;
    ReadStatus status = ReadStatus::ok;
    Damage damage;
};

void ByteSource::State::stop(ReadStatus why, std::string what) {
    status = why;
    if (why == ReadStatus::end) return;
    damage.what = std::move(what);
    damage.file_offset = raw.position() - pending.size();
}

bool ByteSource::State::refill() {
    input.resize(input_bytes);
    pending = Bytes{input}.first(raw.read(input));
    return !pending.empty();
}

void ByteSource::State::start() {
    // The magic is enough for a start; a whole block would be copied twice in a plain file.
    input.resize(4);
    pending = Bytes{input}.first(raw.read(input));
    if (starts_with(pending, gzip_magic)) {
        compression = Compression::gzip;
        // 16 + 15: a gzip header is required, the window is as large as one can ask for.
        inflater.ready = inflateInit2(&inflater.stream, 16 + MAX_WBITS) == Z_OK;
        if (!inflater.ready) stop(ReadStatus::io_error, "gzip: out of memory");
        inside = true;
    } else if (is_zstd(pending)) {
        compression = Compression::zstd;
        zstd.reset(ZSTD_createDStream());
        if (!zstd) return stop(ReadStatus::io_error, "zstd: out of memory");
        zstd_start = zstd_wants = ZSTD_initDStream(zstd.get());
    }
}

std::size_t ByteSource::State::plain(std::span<std::byte> out) {
    const std::size_t first = std::min(pending.size(), out.size());
    std::copy_n(pending.begin(), first, out.begin());
    pending = pending.subspan(first);
    const std::size_t done = first + raw.read(out.subspan(first));
    if (raw.error() != 0)
        stop(ReadStatus::io_error, errno_text(raw.error()));
    else if (done < out.size())
        stop(ReadStatus::end, {});
    return done;
}

/// Between two gzip members: begins the next one or ends the file. Zeros are padding, as for
/// gzip(1).
std::size_t ByteSource::State::next_member() {
    if (pending.front() == std::byte{0x1f}) {
        inflateReset(&inflater.stream);
        inside = true;
        return 0;
    }
    const auto behind =
        std::find_if(pending.begin(), pending.end(), [](std::byte b) { return b != std::byte{0}; });
    pending = pending.subspan(static_cast<std::size_t>(behind - pending.begin()));
    if (!pending.empty()) stop(ReadStatus::damaged, "gzip: garbage behind the last member");
    return 0;
}

std::size_t ByteSource::State::gunzip(std::span<std::byte> out) {
    if (!inside) return next_member();
    z_stream& stream = inflater.stream;
    // zlib's interface lacks a const; it does not write there.
    stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(pending.data()));
    stream.avail_in = static_cast<uInt>(pending.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(std::min(out.size(), input_bytes));
    const uInt room = stream.avail_out;
    const int code = inflate(&stream, Z_NO_FLUSH);
    pending = pending.last(stream.avail_in);
    if (code == Z_STREAM_END)
        inside = false;
    else if (code != Z_OK && code != Z_BUF_ERROR)
        stop(ReadStatus::damaged,
             std::string{"gzip: "} + (stream.msg != nullptr ? stream.msg : zError(code)));
    return room - stream.avail_out;
}

std::size_t ByteSource::State::unzstd(std::span<std::byte> out) {
    // A call that fails forgets what it has put out, so each gets at most one step's input: what
    // zstd asks for without the next block's header, which it would like to see in advance.
    constexpr std::size_t block_header = 3;
    const std::size_t step = zstd_wants > block_header ? zstd_wants - block_header : zstd_wants;
    ZSTD_inBuffer in{pending.data(), std::min(pending.size(), step), 0};
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    const std::size_t code = ZSTD_decompressStream(zstd.get(), &to, &in);
    pending = pending.subspan(in.pos);
    if (ZSTD_isError(code) != 0)
        stop(ReadStatus::damaged, std::string{"zstd: "} + ZSTD_getErrorName(code));
    inside = code != 0;
    zstd_wants = inside ? code : zstd_start;
    return to.pos;
}

ReadResult ByteSource::State::produce(std::span<std::byte> out) {
    std::size_t done = 0;
    while (status == ReadStatus::ok && done < out.size()) {
        if (compression == Compression::none) {
            done += plain(out.subspan(done));
            continue;
        }
        const bool at_end = pending.empty() && !refill();
        // The decompressors hold back output, so they are asked once more without input.
        const std::size_t got = at_end && !inside                  ? 0
                                : compression == Compression::gzip ? gunzip(out.subspan(done))
                                                                   : unzstd(out.subspan(done));
        done += got;
        if (!at_end || got != 0 || status != ReadStatus::ok) continue;
        if (raw.error() != 0)
            stop(ReadStatus::io_error, errno_text(raw.error()));
        else if (inside)
            stop(ReadStatus::truncated, std::string{to_string(compression)} + ": data stop early");
        else
            stop(ReadStatus::end, {});
    }
    produced += done;
    damage.offset = damage.what.empty() ? 0 : produced;
    return {done, status};
}

std::string_view to_string(Compression compression) {
    switch (compression) {
        case Compression::none:
            return "plain";
        case Compression::gzip:
            return "gzip";
        case Compression::zstd:
            return "zstd";
    }
    return "?";
}

Result<ByteSource> ByteSource::open(const std::filesystem::path& path) {
    const auto refused = [&](const std::string& why) { return path.string() + ": " + why; };
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return refused(errno_text(errno));
    struct stat info {};
    const int known = ::fstat(descriptor, &info);
    const int stat_error = errno;
    const bool regular = known == 0 && S_ISREG(info.st_mode);
    const auto total = regular ? std::optional{static_cast<std::uint64_t>(info.st_size)}
                               : std::optional<std::uint64_t>{};
    auto state = std::make_unique<State>(descriptor, total);  // closes it from here on
    if (known != 0) return refused(errno_text(stat_error));
    if (S_ISDIR(info.st_mode)) return refused(errno_text(EISDIR));
    // Only advice: a file system that does not take it reads all the same.
    if (regular) static_cast<void>(::posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL));
    state->start();
    if (state->raw.error() != 0) return refused(errno_text(state->raw.error()));
    return ByteSource{std::move(state)};
}

ByteSource::ByteSource(Bytes memory) : state_{std::make_unique<State>(memory)} {
    state_->start();
}

ByteSource::ByteSource(std::unique_ptr<State> state) : state_{std::move(state)} {}
ByteSource::ByteSource(ByteSource&&) noexcept = default;
ByteSource& ByteSource::operator=(ByteSource&&) noexcept = default;
ByteSource::~ByteSource() = default;

ReadResult ByteSource::read(std::span<std::byte> out) {
    State& state = *state_;
    const Bytes head = Bytes{state.head}.subspan(state.head_taken);
    const std::size_t first = std::min(head.size(), out.size());
    std::copy_n(head.begin(), first, out.begin());
    state.head_taken += first;
    if (first == out.size() && first != 0) {
        state.delivered += first;
        return {first, ReadStatus::ok};
    }
    ReadResult result = state.produce(out.subspan(first));
    result.bytes += first;
    state.delivered += result.bytes;
    return result;
}

Bytes ByteSource::peek() {
    State& state = *state_;
    state.head.erase(state.head.begin(),
                     state.head.begin() + static_cast<std::ptrdiff_t>(state.head_taken));
    state.head_taken = 0;
    const std::size_t held = state.head.size();
    if (held < peek_bytes_max && state.status == ReadStatus::ok) {
        state.head.resize(peek_bytes_max);
        const auto got = state.produce(std::span{state.head}.subspan(held));
        state.head.resize(held + got.bytes);
    }
    return state.head;
}

const Damage& ByteSource::damage() const {
    return state_->damage;
}

Compression ByteSource::compression() const {
    return state_->compression;
}

std::uint64_t ByteSource::position() const {
    return state_->delivered;
}

std::uint64_t ByteSource::file_position() const {
    return state_->raw.position();
}

std::optional<std::uint64_t> ByteSource::file_bytes() const {
    return state_->raw.total();
}

}  // namespace tickweir::replay
