#include "gateway/self_signed.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

#include "gateway/openssl_error.hpp"

namespace tickweir::gateway {
namespace {

template <class T, void (*free)(T*)>
struct FreeBy {
    void operator()(T* owned) const { free(owned); }
};
struct FreeBio {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;
using Key = std::unique_ptr<EVP_PKEY, FreeBy<EVP_PKEY, EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, FreeBy<X509, X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, FreeBy<X509_EXTENSION, X509_EXTENSION_free>>;

constexpr long valid_from_s = -3'600;  // clocks of clients may be behind
constexpr long valid_until_s = 7 * 86'400;

void require(bool done, const std::string& what) {
    if (!done)
        throw std::runtime_error{"cannot make a certificate: " + what + ": " + openssl_reasons()};
}

std::string text_in(BIO* bio) {
    std::string text(BIO_ctrl_pending(bio), '\0');
    const int length = static_cast<int>(text.size());
    require(BIO_read(bio, text.data(), length) == length, "PEM");
    return text;
}

void extend(X509* certificate, int id, const char* value) {
    X509V3_CTX context{};
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const Extension extension{X509V3_EXT_conf_nid(nullptr, &context, id, value)};
    require(extension && X509_add_ext(certificate, extension.get(), -1) == 1, value);
}

Certificate make_certificate(EVP_PKEY* key) {
    Certificate made{X509_new()};
    X509* const certificate = made.get();
    std::uint64_t serial = 0;
    require(made && RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1 &&
                X509_set_version(certificate, 2) == 1 &&
                ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1U) == 1 &&
                X509_gmtime_adj(X509_getm_notBefore(certificate), valid_from_s) != nullptr &&
                X509_gmtime_adj(X509_getm_notAfter(certificate), valid_until_s) != nullptr &&
                X509_set_pubkey(certificate, key) == 1,
            "fields");
    X509_NAME* const subject = X509_get_subject_name(certificate);
    const auto* const name = reinterpret_cast<const unsigned char*>("localhost");
    require(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, name, -1, -1, 0) == 1 &&
                X509_set_issuer_name(certificate, subject) == 1,
            "subject");
    // An authority for itself, so that clients may be given it as the one to trust.
    extend(certificate, NID_basic_constraints, "critical,CA:TRUE");
    extend(certificate, NID_subject_key_identifier, "hash");
    extend(certificate, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1");
    require(X509_sign(certificate, key, EVP_sha256()) > 0, "signature");
    return made;
}

}  // namespace

SelfSigned make_self_signed() {
    const Key key{EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")};
    require(key != nullptr, "key");
    const Certificate certificate = make_certificate(key.get());
    const Bio certificate_text{BIO_new(BIO_s_mem())};
    const Bio key_text{BIO_new(BIO_s_mem())};
    require(certificate_text && key_text &&
                PEM_write_bio_X509(certificate_text.get(), certificate.get()) == 1 &&
                PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                         nullptr) == 1,
            "PEM");
    return {{"self-signed certificate", text_in(certificate_text.get())},
            {"its key", text_in(key_text.get())}};
}

}  // namespace tickweir::gateway
