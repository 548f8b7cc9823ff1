package securemqtt.responder.diagnosis;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** A step that programs in different languages do with different calls, and the calls that do it right. */
public enum RightCall {
    SECRET_BYTES(
            "The shared secret as 512 bytes, big-endian, with its leading zero bytes",
            "`z.to_bytes(512, \"big\")`; `private_key.exchange(peer_key)` gives these bytes already",
            "`BigIntegers.asUnsignedByteArray(512, z)` of Bouncy Castle; `agreement.generateSecret()` gives these bytes"
                    + " already",
            "`Buffer.from(z.toString(16).padStart(1024, \"0\"), \"hex\")`; `crypto.diffieHellman(keys)` gives these"
                    + " bytes already",
            "`z.FillBytes(make([]byte, 512))`",
            "`BN_bn2binpad(z, secret, 512)`; with EVP, `EVP_PKEY_CTX_set_dh_pad(ctx, 1)` before `EVP_PKEY_derive`"),
    SESSION_KEY(
            "The 32 bytes of the session key: HKDF with SHA-256, one zero byte as salt and one as info",
            "`HKDF(algorithm=hashes.SHA256(), length=32, salt=b\"\\0\", info=b\"\\0\").derive(secret)`",
            "`hkdf = new HKDFBytesGenerator(new SHA256Digest())`, `hkdf.init(new HKDFParameters(secret, new byte[1],"
                    + " new byte[1]))`, `hkdf.generateBytes(key, 0, 32)` of Bouncy Castle",
            "`Buffer.from(crypto.hkdfSync(\"sha256\", secret, Buffer.alloc(1), Buffer.alloc(1), 32))`",
            "`io.ReadFull(hkdf.New(sha256.New, secret, []byte{0}, []byte{0}), key)` of golang.org/x/crypto/hkdf",
            "`EVP_PKEY_CTX_set_hkdf_md(ctx, EVP_sha256())`, `EVP_PKEY_CTX_set1_hkdf_salt(ctx, zero, 1)`,"
                    + " `EVP_PKEY_CTX_set1_hkdf_key(ctx, secret, 512)`, `EVP_PKEY_CTX_add1_hkdf_info(ctx, zero, 1)`"),
    KEY_HALVES(
            "The first half of the session key signs, the second encrypts",
            "`Fernet(base64.urlsafe_b64encode(key))`, or `key[:16]` and `key[16:]`",
            "`Arrays.copyOfRange(key, 0, 16)` and `Arrays.copyOfRange(key, 16, 32)`",
            "`key.subarray(0, 16)` and `key.subarray(16)`",
            "`key[:16]` and `key[16:]`",
            "`key` and `key + 16`, 16 bytes each"),
    ENCRYPTION(
            "AES-128 in CBC mode with PKCS#7 padding",
            "`Fernet(base64.urlsafe_b64encode(key)).encrypt(text)` makes the whole token",
            "`Cipher.getInstance(\"AES/CBC/PKCS5Padding\")`, which is PKCS#7 padding, with a `SecretKeySpec` of 16 bytes",
            "`crypto.createCipheriv(\"aes-128-cbc\", encryptionKey, iv)`",
            "`cipher.NewCBCEncrypter(block, iv)`, after appending n bytes of value n, n in 1 to 16",
            "`EVP_EncryptInit_ex(ctx, EVP_aes_128_cbc(), NULL, key + 16, iv)`"),
    SIGNATURE(
            "HMAC-SHA256 over version, time, IV and ciphertext, as bytes",
            "`hmac.digest(key[:16], signed, \"sha256\")`",
            "`mac = Mac.getInstance(\"HmacSHA256\")`, `mac.init(new SecretKeySpec(signingKey, \"HmacSHA256\"))`,"
                    + " `mac.doFinal(signed)`",
            "`crypto.createHmac(\"sha256\", signingKey).update(signed).digest()`",
            "`mac := hmac.New(sha256.New, signingKey)`, `mac.Write(signed)`, `mac.Sum(nil)`",
            "`HMAC(EVP_sha256(), key, 16, signed, length, mac, NULL)`"),
    TOKEN_TEXT(
            "The token in base64url, with its padding",
            "`base64.urlsafe_b64encode(token)`; a library's Fernet token is in this form already",
            "`Base64.getUrlEncoder().encode(token)`",
            "`token.toString(\"base64\").replaceAll(\"+\", \"-\").replaceAll(\"/\", \"_\")`; `\"base64url\"` drops the"
                    + " padding",
            "`base64.URLEncoding.EncodeToString(token)`",
            "`EVP_EncodeBlock(text, token, length)`, then replace `+` by `-` and `/` by `_`"),
    TOKEN_TIME(
            "The time in seconds since 1970, 8 bytes, big-endian",
            "`int(time.time()).to_bytes(8, \"big\")`",
            "`ByteBuffer.allocate(8).putLong(Instant.now().getEpochSecond())`",
            "`buffer.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000)))`",
            "`binary.BigEndian.PutUint64(buffer, uint64(time.Now().Unix()))`",
            "`htobe64((uint64_t) time(NULL))`"),
    TOKEN_IV(
            "16 random bytes for each token",
            "`os.urandom(16)`",
            "`new SecureRandom().nextBytes(iv)`",
            "`crypto.randomBytes(16)`",
            "`rand.Read(iv)` of crypto/rand",
            "`RAND_bytes(iv, 16)`"),
    KEY_PAIR(
            "A new key pair of the group in dhparam4096.pem",
            "`load_pem_parameters(data).generate_private_key()`",
            "`generator = KeyPairGenerator.getInstance(\"DH\")`, `generator.initialize(new DHParameterSpec(p, g))`,"
                    + " `generator.generateKeyPair()`",
            "`crypto.generateKeyPairSync(\"dh\", { prime: p, generator: 2 })`",
            "`x, err := rand.Int(rand.Reader, p)`, `y := new(big.Int).Exp(g, x, p)`",
            "`PEM_read_bio_Parameters(bio, NULL)`, then `EVP_PKEY_keygen(ctx, &key)`"),
    PUBLIC_KEY_PEM(
            "The public key as a SubjectPublicKeyInfo in PEM",
            "`key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)`",
            "`Base64.getMimeEncoder(64, new byte[] {'\\n'}).encodeToString(publicKey.getEncoded())` between the lines"
                    + " `-----BEGIN PUBLIC KEY-----` and `-----END PUBLIC KEY-----`",
            "`publicKey.export({ type: \"spki\", format: \"pem\" })`",
            "`pem.EncodeToMemory(&pem.Block{Type: \"PUBLIC KEY\", Bytes: der})`; make `der` with encoding/asn1",
            "`PEM_write_bio_PUBKEY(bio, key)`"),
    TEXT_BYTES(
            "The text in UTF-8",
            "`text.encode()`",
            "`text.getBytes(StandardCharsets.UTF_8)`",
            "`Buffer.from(text)`",
            "`[]byte(text)`",
            "the argument as it is, in a UTF-8 locale"),
    PUBLISH(
            "A message with QoS 1 and without the retain flag",
            "`client.publish(topic, payload, qos=1, retain=False)` of paho-mqtt",
            "`client.publish(topic, payload, 1, false)` of Eclipse Paho",
            "`client.publish(topic, payload, { qos: 1, retain: false })` of MQTT.js",
            "`client.Publish(topic, 1, false, payload)` of paho.mqtt.golang",
            "`mosquitto_publish(client, NULL, topic, length, payload, 1, false)` of libmosquitto");

    /** The languages in which the calls are given. */
    public enum Language {
        PYTHON("Python"),
        JAVA("Java"),
        JAVASCRIPT("JavaScript (Node.js)"),
        GO("Go"),
        C("C (OpenSSL)");

        private final String title;

        Language(String title) {
            this.title = title;
        }

        /** The name for people. */
        public String title() {
            return title;
        }
    }

    private final String purpose;
    private final Map<Language, String> calls = new EnumMap<>(Language.class);

    RightCall(String purpose, String python, String java, String javaScript, String go, String c) {
        this.purpose = purpose;
        calls.put(Language.PYTHON, python);
        calls.put(Language.JAVA, java);
        calls.put(Language.JAVASCRIPT, javaScript);
        calls.put(Language.GO, go);
        calls.put(Language.C, c);
    }

    /** The name in documents: lower case, words joined by dashes. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What the calls do, a phrase without a full stop. */
    public String purpose() {
        return purpose;
    }

    /** The calls, with code between backquotes, in the order of the languages. */
    public Map<Language, String> calls() {
        return Map.copyOf(calls);
    }
}
