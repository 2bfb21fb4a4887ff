#include "replay/pcap.hpp"

#include <pcap/pcap.h>
#include <stdio_ext.h>
#include <sys/types.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "replay/udp_packet.hpp"

namespace tickweir::replay {

namespace {

struct ClosePcap {
    void operator()(pcap_t* pcap) const { pcap_close(pcap); }
};

/// How stdio reads a ByteSource. Damage looks like the end; the source remembers what it was.
ssize_t read_source(void* source, char* out, std::size_t bytes) {
    const auto got =
        static_cast<ByteSource*>(source)->read(std::as_writable_bytes(std::span{out, bytes}));
    return static_cast<ssize_t>(got.bytes);
}

/// Only tells the position, which is all that ftello asks.
int tell_source(void* source, off64_t* offset, int whence) {
    if (whence != SEEK_CUR || *offset != 0) return -1;
    *offset = static_cast<off64_t>(static_cast<ByteSource*>(source)->position());
    return 0;
}

std::optional<Link> link_of(int type) {
    switch (type) {
        case DLT_EN10MB:
            return Link::ethernet;
        case DLT_RAW:
        case DLT_IPV4:
        case DLT_IPV6:
            return Link::raw_ip;
        case DLT_LINUX_SLL:
            return Link::linux_sll;
        case DLT_LINUX_SLL2:
            return Link::linux_sll2;
        case DLT_NULL:
            return Link::null_host;
        case DLT_LOOP:
            return Link::loop_network;
        default:
            return std::nullopt;
    }
}

/// None where the file claims a time that 64 bits of nanoseconds do not hold.
std::optional<book::TimeNs> time_of(const pcap_pkthdr& header) {
    using std::chrono::nanoseconds, std::chrono::seconds;
    constexpr auto seconds_max = std::chrono::floor<seconds>(nanoseconds::max()) - seconds{1};
    const seconds whole{header.ts.tv_sec};
    // They stand where the name says microseconds: that precision was asked for.
    const nanoseconds rest{header.ts.tv_usec};
    const bool fits =
        whole >= seconds{0} && whole < seconds_max && rest >= nanoseconds{0} && rest < seconds{1};
    return fits ? std::optional{book::TimeNs{whole + rest}} : std::nullopt;
}

std::string link_text(int type) {
    const char* name = pcap_datalink_val_to_name(type);
    return "link type " + std::to_string(type) +
           (name != nullptr ? " (" + std::string{name} + ")" : "");
}

}  // namespace

struct PcapFile::State {
    /// stdio asks the source for this much at once, so that a call costs nothing per packet.
    static constexpr std::size_t stream_bytes = std::size_t{256} * 1024;

    explicit State(ByteSource from) : source{std::move(from)} {}

    bool start(std::string& error);
    CaptureStatus stop(int code, std::uint64_t offset);
    bool take(const pcap_pkthdr& header, const u_char* bytes, std::uint64_t offset, Block& block);

    ByteSource source;
    std::array<char, stream_bytes> stream_buffer;
    std::unique_ptr<pcap_t, ClosePcap> pcap;  // owns `stream`
    std::FILE* stream = nullptr;
    Link link = Link::ethernet;
    MoldTracker tracker;
    CaptureTotals totals;
    std::optional<CaptureStatus> over;
    Damage damage;
    // The messages of the packet at hand: libpcap's buffer has no room to read beyond.
    std::array<std::byte, 65'536 + Block::padding> frames{};
};

bool PcapFile::State::start(std::string& error) {
    stream = fopencookie(&source, "r", {read_source, nullptr, tell_source, nullptr});
    if (stream == nullptr) {
        error = "out of memory";
        return false;
    }
    // One thread owns it: libpcap's two reads a packet would lock it each time.
    __fsetlocking(stream, FSETLOCKING_BYCALLER);
    std::setvbuf(stream, stream_buffer.data(), _IOFBF, stream_buffer.size());
    std::array<char, PCAP_ERRBUF_SIZE> text{};
    pcap.reset(
        pcap_fopen_offline_with_tstamp_precision(stream, PCAP_TSTAMP_PRECISION_NANO, text.data()));
    if (!pcap) {
        std::fclose(stream);
        error = std::string{"pcap: "} +
                (source.damage().what.empty() ? text.data() : source.damage().what.c_str());
        return false;
    }
    const int type = pcap_datalink(pcap.get());
    const auto known = link_of(type);
    if (!known) {
        error = "pcap: " + link_text(type) + " is not supported";
        return false;
    }
    link = *known;
    return true;
}

/// Tells why libpcap gave no packet; `offset` is where the record would have begun.
CaptureStatus PcapFile::State::stop(int code, std::uint64_t offset) {
    if (!source.damage().what.empty()) {
        damage = source.damage();
        switch (source.read({}).status) {
            case ReadStatus::truncated:
                return CaptureStatus::truncated;
            case ReadStatus::io_error:
                return CaptureStatus::failed;
            case ReadStatus::ok:
            case ReadStatus::end:
            case ReadStatus::damaged:
                return CaptureStatus::damaged;
        }
    }
    if (code == PCAP_ERROR_BREAK) return CaptureStatus::end;
    damage.what = std::string{"pcap: "} + pcap_geterr(pcap.get());
    damage.offset = offset;
    damage.file_offset =
        source.compression() == Compression::none ? offset : source.file_position();
    // libpcap asks for exactly a record's bytes, so that only a cut record meets the end.
    return std::feof(stream) != 0 ? CaptureStatus::truncated : CaptureStatus::damaged;
}

/// Whether the packet brings something; counts it either way.
bool PcapFile::State::take(const pcap_pkthdr& header, const u_char* bytes, std::uint64_t offset,
                           Block& block) {
    ++totals.packets;
    const UdpPacket packet = find_udp(link, std::as_bytes(std::span{bytes, header.caplen}));
    switch (packet.status) {
        case UdpStatus::udp:
            break;
        case UdpStatus::not_udp:
            ++totals.not_udp;
            return false;
        case UdpStatus::fragment:
            ++totals.fragments;
            return false;
        case UdpStatus::cut:
            ++totals.cut_packets;
            return false;
        case UdpStatus::malformed:
            ++totals.malformed;
            return false;
    }
    switch (tracker.on_payload(packet.payload, offset, time_of(header), block)) {
        case MoldTracker::Outcome::block:
            break;
        case MoldTracker::Outcome::nothing:
            return false;
        case MoldTracker::Outcome::not_mold:
            ++totals.not_mold;
            return false;
    }
    if (!block.frames.empty()) std::memcpy(frames.data(), block.frames.data(), block.frames.size());
    block.frames = {frames.data(), block.frames.size()};
    return true;
}

Result<PcapFile> PcapFile::open(ByteSource source) {
    auto state = std::make_unique<State>(std::move(source));
    std::string error;
    if (!state->start(error)) return error;
    return PcapFile{std::move(state)};
}

PcapFile::PcapFile(std::unique_ptr<State> state) : state_{std::move(state)} {}
PcapFile::PcapFile(PcapFile&&) noexcept = default;
PcapFile& PcapFile::operator=(PcapFile&&) noexcept = default;
PcapFile::~PcapFile() = default;

CaptureStatus PcapFile::next(Block& block) {
    State& state = *state_;
    for (;;) {
        if (state.tracker.next(block)) return CaptureStatus::block;
        if (state.over) return *state.over;
        const auto offset = static_cast<std::uint64_t>(ftello(state.stream));
        pcap_pkthdr* header = nullptr;
        const u_char* bytes = nullptr;
        const int code = pcap_next_ex(state.pcap.get(), &header, &bytes);
        if (code != 1) {
            state.over = state.stop(code, offset);
            state.tracker.finish();
        } else if (state.take(*header, bytes, offset, block)) {
            return CaptureStatus::block;
        }
    }
}

const Damage& PcapFile::damage() const {
    return state_->damage;
}

const ByteSource& PcapFile::source() const {
    return state_->source;
}

CaptureTotals PcapFile::totals() const {
    CaptureTotals totals = state_->tracker.totals();
    totals.packets = state_->totals.packets;
    totals.not_udp = state_->totals.not_udp;
    totals.not_mold = state_->totals.not_mold;
    totals.fragments = state_->totals.fragments;
    totals.cut_packets = state_->totals.cut_packets;
    totals.malformed = state_->totals.malformed;
    return totals;
}

std::span<const MoldSession> PcapFile::sessions() const {
    return state_->tracker.sessions();
}

}  // namespace tickweir::replay
